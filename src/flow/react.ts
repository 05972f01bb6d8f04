// In: an event that somebody else told. Out: what follows from it: a look that comes sooner, what others did on record, a
// wave that starts, a dead execution cleaned up. Called by the rules of serverless.yml; the poll stays the truth.
import { DetailType } from '../core/event/detail-type.ts';
import { type Ourselves, readTrail } from '../core/event/trail-call.ts';
import { distinctTargets, targetInArn } from '../core/target.ts';
import { hastenNative } from './hasten.ts';
import { recordOutOfBand } from './out-of-band.ts';
import type { Ports } from './ports.ts';
import { startReadyWaves } from './start-wave.ts';
import { cleanupAfter } from './sweep.ts';

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
  | { readonly did: 'recorded'; readonly told: number; readonly held: readonly string[] }
  | { readonly did: 'started'; readonly waves: readonly string[] }
  | { readonly did: 'cleaned-up'; readonly execution: string }
  | { readonly did: 'nothing'; readonly because: string };

const trailType = 'AWS API Call via CloudTrail';

/** Reacts to one happening; unknown ones are no failure. */
export async function react(
  ports: Ports,
  happening: Happening,
  us: { readonly wave: string; readonly ourselves: Ourselves },
): Promise<Reaction> {
  if (happening['detail-type'] === trailType) return recordCall(ports, happening, us.ourselves);
  if (happening.source === 'aws.mgn' || happening.source === 'aws.drs') {
    return hastenFor(ports, happening);
  }
  if (happening.source === 'aws.states') {
    const { name } = happening.detail;
    if (typeof name !== 'string') return { did: 'nothing', because: 'no execution name' };
    const cleaned = await cleanupAfter(ports, name);
    return cleaned
      ? { did: 'cleaned-up', execution: name }
      : { did: 'nothing', because: `${name} is no phase of a wave` };
  }
  if (happening['detail-type'] === DetailType.WaveConcluded) {
    const { plan } = happening.detail;
    if (typeof plan !== 'string') return { did: 'nothing', because: 'no plan named' };
    return { did: 'started', waves: await startReadyWaves(ports, plan, us.wave) };
  }
  return {
    did: 'nothing',
    because: `${happening.source} ${happening['detail-type']} is not for us`,
  };
}

async function hastenFor(ports: Ports, { resources }: Happening): Promise<Reaction> {
  // AWS documents some values wrapped in asterisks (reference/mgn.md 4.1).
  const named = resources.flatMap((text) => targetInArn(text.replaceAll(/^\*+|\*+$/g, '')) ?? []);
  let targets = 0;
  for (const target of distinctTargets(named)) {
    if (await hastenNative(ports, target)) targets += 1;
  }
  return targets === 0
    ? { did: 'nothing', because: 'no target named that is polled' }
    : { did: 'hastened', targets };
}

async function recordCall(
  ports: Ports,
  { detail }: Happening,
  ourselves: Ourselves,
): Promise<Reaction> {
  const read = readTrail(detail, ourselves);
  if (read.is === 'silent') return { did: 'nothing', because: read.because };
  const recorded = await recordOutOfBand(ports, read.call);
  return recorded === undefined
    ? { did: 'nothing', because: 'nobody polls its target' }
    : { did: 'recorded', ...recorded };
}
