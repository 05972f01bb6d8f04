// In: an event that somebody else told. Out: what follows from it: a look that comes sooner, a wave that starts, a
// dead execution cleaned up. Called by the rules of serverless.yml; the poll stays the truth.
import { DetailType } from '../core/event/detail-type.ts';
import { targetOfArn } from '../core/target.ts';
import { hasten } from './hasten.ts';
import type { Ports } from './ports.ts';
import { startReadyWaves } from './start-wave.ts';
import { cleanUpAfter } from './sweep.ts';

/** An EventBridge envelope, as far as reactions read it. */
export interface Happening {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What came of a happening. */
export type Reaction =
  | { readonly did: 'hastened'; readonly targets: number }
  | { readonly did: 'started'; readonly waves: readonly string[] }
  | { readonly did: 'cleaned-up'; readonly execution: string }
  | { readonly did: 'nothing'; readonly because: string };

/** Reacts to one happening; unknown ones are no failure. */
export async function react(
  ports: Ports,
  happening: Happening,
  machines: { readonly wave: string },
): Promise<Reaction> {
  if (happening.source === 'aws.mgn') return hastenFor(ports, happening);
  if (happening.source === 'aws.states') {
    const { name } = happening.detail;
    if (typeof name !== 'string') return { did: 'nothing', because: 'no execution name' };
    const cleaned = await cleanUpAfter(ports, name);
    return cleaned
      ? { did: 'cleaned-up', execution: name }
      : { did: 'nothing', because: `${name} is no phase of a wave` };
  }
  if (happening['detail-type'] === DetailType.WaveConcluded) {
    const { plan } = happening.detail;
    if (typeof plan !== 'string') return { did: 'nothing', because: 'no plan named' };
    return { did: 'started', waves: await startReadyWaves(ports, plan, machines.wave) };
  }
  return {
    did: 'nothing',
    because: `${happening.source} ${happening['detail-type']} is not for us`,
  };
}

async function hastenFor(ports: Ports, happening: Happening): Promise<Reaction> {
  let targets = 0;
  for (const resource of happening.resources) {
    const target = targetOfArn(resource)?.target;
    if (target === undefined) continue;
    await hasten(ports, target);
    targets += 1;
  }
  return targets === 0
    ? { did: 'nothing', because: 'no source server named' }
    : { did: 'hastened', targets };
}
