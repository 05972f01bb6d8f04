// In: a batch of launches that admission has chosen. Out: what of it nothing blocks, by launch templates read just now;
// the rest goes back to the queue with the reason. Checks do not age (design.md 15.3). Called by admit-launches and the desk of DRS.
import type { Batch } from '../../core/admission.ts';
import { findingsBefore } from '../../core/review/preflight.ts';
import { plusSeconds } from '../../core/time.ts';
import { checkingOf } from '../preflight.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { waveServerOf } from '../wave-server.ts';
import { lookAtLaunchTemplates } from './look-at-launch-templates.ts';
import type { MgnTick, Tick } from './tick.ts';

// What blocks a launch is mended by a person, not within minutes.
const retrySeconds = 900;
const phaseOf = { StartTest: 'test', StartCutover: 'cutover', StartDrill: 'drill' } as const;

/** Leaves out the servers that a blocking finding keeps from being launched now. */
export function fitToLaunch(tick: MgnTick, batch: Batch): Promise<Batch> {
  const { kind } = batch;
  if (kind !== 'StartTest' && kind !== 'StartCutover') return Promise.resolve(batch);
  // A refused look leaves the last one standing.
  return fitNow(tick, { ...batch, kind }, (members) => lookAtLaunchTemplates(tick, members));
}

/** The same by whichever look at launch templates its service needs. */
export async function fitNow(
  tick: Tick,
  batch: Batch & { readonly kind: keyof typeof phaseOf },
  look: (members: readonly WaveServer[]) => Promise<unknown>,
): Promise<Batch> {
  const { kind } = batch;
  const members: WaveServer[] = [];
  for (const server of batch.servers) {
    members.push(await waveServerOf(tick.ports, { wave: batch.wave, server }));
  }
  await look(members);
  const { body: wave } = await read(tick.ports.store, place.wave(batch.wave));
  if (wave === undefined) return batch;
  const checking = await checkingOf(tick.ports, wave, members, []);
  const blocked = new Map<string, string>();
  for (const finding of findingsBefore(checking, phaseOf[kind], batch.servers)) {
    if (finding.severity !== 'blocking') continue;
    for (const server of finding.servers) {
      if (!blocked.has(server)) blocked.set(server, `${finding.rule}: ${finding.message}`);
    }
  }
  if (blocked.size === 0) return batch;
  const left: { readonly id: string; readonly server: string }[] = [];
  for (const [i, id] of batch.requests.entries()) {
    const server = batch.servers[i] ?? '';
    const reason = blocked.get(server);
    if (reason === undefined) left.push({ id, server });
    else {
      await change(tick.ports.store, place.request(tick.target.target, id), (known) =>
        known === undefined
          ? undefined
          : { ...known, reason, notBefore: plusSeconds(tick.now, retrySeconds) },
      );
    }
  }
  return {
    ...batch,
    requests: left.map(({ id }) => id),
    servers: left.map(({ server }) => server),
  };
}
