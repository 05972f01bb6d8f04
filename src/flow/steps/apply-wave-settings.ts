// In: servers of a wave whose first launch is due, of which the plan has the wave apply desired settings. Out: what differs,
// on record and told, before anybody approves; later each is set, and what came of it is on record. Called by the wave machine,
// a few servers at a time; a repetition goes on where it broke off.
import { notBegun, standingOfSettings } from '../../core/desired/course.ts';
import { cutText } from '../../core/event/stream.ts';
import { tellSettingsCompared } from '../../core/event/tell-settings.ts';
import { openHold } from '../../core/hold.ts';
import { effectivePauses } from '../../core/order/effective-pauses.ts';
import { isPaused } from '../../core/pause.ts';
import type { Phase } from '../../core/plan/settings.ts';
import { toMs } from '../../core/time.ts';
import { isTransient, transient } from '../act-on-server.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports, Refusal } from '../ports.ts';
import type { WaveRecord, WaveServer } from '../records/wave-records.ts';
import type { SettingsOrder } from '../settings/apply-settings.ts';
import { refusalText } from '../settings/refusal-text.ts';
import {
  type Look,
  type ServersPorts,
  type ServerToSet,
  serversOfWave,
} from '../settings/servers-of-wave.ts';
import { type WaveSubject, waveOf } from '../wave-record.ts';
import { recordWaveServer, waveServerOf } from '../wave-server.ts';
import { leaveUnset } from './leave-unset.ts';

/** What the wave machine asks for, and how often it has tried before. */
export interface WaveSettings {
  readonly subject: WaveSubject;
  readonly ask: 'compare-settings' | 'apply-settings';
  readonly phase: Phase;
  readonly servers: readonly string[];
  readonly retryCount: number;
}

type WaveSettingsPorts = ServersPorts & Pick<Ports, 'bus'>;

// The machine tries eight times again; before the last, what is refused only for now becomes the server's failure.
const patientTries = 6;
// A recovery is kept by its settings for no longer than this, twenty servers at a time.
const longestBeforeRecoverySeconds = 60;

/** Looks at servers beside what the plan wants, or sets them so. */
export async function applyWaveSettings(
  ports: WaveSettingsPorts,
  given: WaveSettings,
): Promise<{ readonly servers: number }> {
  const wave = await waveOf(ports, given.subject.wave);
  const members: WaveServer[] = [];
  for (const server of given.servers) {
    const member = await waveServerOf(ports, { wave: wave.wave, server });
    if (isLeft(member, given.ask)) members.push(member);
  }
  const order = orderOf(wave, given.phase);
  const beganMs = toMs(ports.clock.now());
  let done = 0;
  for (const one of await serversOfWave(ports, members)) {
    if (!(await mayGoOn(ports, one))) continue;
    if (
      recovers(given) &&
      toMs(ports.clock.now()) - beganMs > longestBeforeRecoverySeconds * 1000
    ) {
      const because = 'the recovery waits no longer for its settings';
      await leaveUnset(ports, one.wave, [one.server], because);
    } else if (given.ask === 'compare-settings') await compareOne(ports, one, given);
    else await applyOne(ports, one, order, given);
    done += 1;
  }
  return { servers: done };
}

const recovers = ({ phase }: WaveSettings) => phase === 'recover';

/** Whether persons have ordered otherwise since the wave decided; review takes it up. */
async function mayGoOn(
  ports: Pick<Ports, 'store'>,
  { wave, server }: ServerToSet,
): Promise<boolean> {
  const member = await waveServerOf(ports, { wave, server });
  const orders = await ordersOf(ports, wave);
  return (
    member.outcome === null &&
    orders.wave?.aborted !== true &&
    !isPaused(effectivePauses(orders, member)) &&
    openHold(orders.wave?.holds?.[server]) === undefined
  );
}

/** Whether anything is left to do of a server: a repetition goes on behind what is on record. */
function isLeft(
  { settings, desiredCourse = notBegun }: WaveServer,
  ask: WaveSettings['ask'],
): boolean {
  const isDone = ask === 'compare-settings' && desiredCourse.compared !== null;
  return !isDone && standingOfSettings(settings.desired, desiredCourse)?.end === 'none';
}

/** Who is answerable for what the wave sets: whoever let it into the phase, else the plan. */
function orderOf(
  { wave, plan, approved = [], cohortsBegun }: WaveRecord,
  phase: Phase,
): SettingsOrder {
  const given = approved.find((one) => one.phase === phase && one.cohort === cohortsBegun);
  return {
    plan,
    by: given?.by ?? `plan/${plan}`,
    reason: `wave ${wave} applies it before ${phase}${given?.by === undefined ? '' : ', which was approved'}`,
  };
}

async function compareOne(
  ports: WaveSettingsPorts,
  one: ServerToSet,
  given: WaveSettings,
): Promise<void> {
  const { phase } = given;
  const { changes, obstacles } = seenIn(await one.look(), given);
  const at = ports.clock.now();
  await recordWaveServer(ports, one, (record) => {
    const { applied } = record.desiredCourse ?? notBegun;
    return {
      next: {
        ...record,
        desiredCourse: {
          compared: { at, differences: changes.length, obstacles: obstacles.map(cutText) },
          applied,
        },
      },
      told: tellSettingsCompared({ phase, changes, obstacles }),
    };
  });
}

function seenIn(look: Look, given: WaveSettings): Omit<Extract<Look, { is: 'seen' }>, 'is'> {
  if (look.is === 'seen') return look;
  refuseForNow(look.refusal, given);
  return { changes: [], obstacles: [refusalText('reading its settings', look.refusal)] };
}

async function applyOne(
  ports: WaveSettingsPorts,
  one: ServerToSet,
  order: SettingsOrder,
  given: WaveSettings,
): Promise<void> {
  const { status, because, refusal } = await one.set(order);
  if (refusal !== undefined) refuseForNow(refusal, given);
  const isLeftAsItIs = recovers(given) && (status === 'refused' || status === 'partly');
  const obstacle = `it was not set${status === 'partly' ? ' whole' : ''}, and is recovered as it is: ${because ?? 'no reason given'}`;
  const at = ports.clock.now();
  await recordWaveServer(ports, one, (record) => {
    const { compared } = record.desiredCourse ?? notBegun;
    return {
      next: {
        ...record,
        desiredCourse: {
          compared,
          applied: { at, status, ...(because === undefined ? {} : { because: cutText(because) }) },
        },
      },
      told: isLeftAsItIs
        ? tellSettingsCompared({ phase: given.phase, changes: [], obstacles: [obstacle] })
        : [],
    };
  });
}

/** Has the machine try again what was refused for now only; what was done is on record. No recovery waits for that. */
function refuseForNow(refusal: Refusal, given: WaveSettings): void {
  if (recovers(given)) return;
  if (isTransient(refusal) && given.retryCount < patientTries) throw transient(refusal);
}
