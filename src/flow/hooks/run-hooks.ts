// In: a task token of a machine that stands where hooks are due, or the hour of the schedule. Out: the hooks called one
// after the other, each try written down before its call; the token released once all have ended, or failed. What takes
// longer than a call is looked at again by the schedule. Level-triggered: whatever dies in between, the next look goes on.
import type { HookSite } from '../../core/hook/hook-run.ts';
import type { Stretch } from '../../core/phase.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { TokenPlace } from '../park.ts';
import { park, placeKey } from '../park.ts';
import type { Ports } from '../ports.ts';
import { change, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { OpenHooks } from '../records/wait-records.ts';
import { type Subject, waveServerOf } from '../wave-server.ts';
import { advanceHooks, type HookPorts } from './advance-hooks.ts';

/** What a machine asks: the hooks of a site, for one server. */
export interface HookAsk {
  readonly subject: Subject;
  readonly phase: Stretch;
  readonly site: HookSite;
  readonly token: string;
  readonly place: TokenPlace;
}

const beforeLaunch: ReadonlySet<HookSite> = new Set([
  'test-launch',
  'freeze',
  'cutover-launch',
  'drill-launch',
  'recover-launch',
]);

/** Parks the machine's token on its hooks, and goes on with them as far as that goes now. */
export async function runHooks(
  ports: Ports,
  ask: HookAsk,
): Promise<{ readonly hooks: 'waiting' | 'ended' }> {
  const { subject, phase, site, token, place: issued } = ask;
  const { target } = await waveServerOf(ports, subject);
  const key = placeKey(issued);
  const wait = beforeLaunch.has(site) ? 'hooks-before-launch' : 'hooks';
  await park(ports, { subject, phase, wait, hooks: site, token, place: issued });
  // The note comes after the wait that it is about: whoever finds one without the other takes it away. Dead in between,
  // the machine asks again.
  await change(ports.store, place.openHooks(target, key), (known): OpenHooks | undefined =>
    known === undefined ? { key, wave: subject.wave, server: subject.server } : undefined,
  );
  return { hooks: await advanceHooks(ports, target, key) };
}

/** What came of the open hooks of the targets. */
export interface HookReport {
  readonly open: number;
  readonly ended: number;
}

/** Goes on with all hooks of the targets that machines wait for, so many servers at a time. */
export async function lookAfterHooks(
  ports: HookPorts,
  targets: readonly Target[],
  which: string,
  parallel: number,
): Promise<HookReport> {
  const found: { readonly target: Target; readonly key: string }[] = [];
  for (const target of targets) {
    if (which !== 'all' && which !== targetName(target)) continue;
    for (const { sort: key } of await readAll(ports.store, place.openHooks(target, ''))) {
      found.push({ target, key });
    }
  }
  const queue = found.values();
  let ended = 0;
  const failures: unknown[] = [];
  const work = async () => {
    for (const { target, key } of queue) {
      try {
        if ((await advanceHooks(ports, target, key)) === 'ended') ended += 1;
      } catch (error) {
        // One server's trouble keeps no other from its turn.
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, found.length) }, work));
  const [failure] = failures;
  if (failure !== undefined) {
    const text = `the hooks of ${failures.length} servers could not be gone on with`;
    throw failures.length === 1 ? failure : new AggregateError(failures, text);
  }
  return { open: found.length, ended };
}
