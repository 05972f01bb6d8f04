// In: an order to a wave and what it changes. Out: it is on the wave's command with who, when and why, the poller looks
// sooner, and the wave's stream tells it. Called by the verbs of this folder.
import { DetailType } from '../../core/event/detail-type.ts';
import { cutText, type Told } from '../../core/event/stream.ts';
import { type Target, targetName, targetOfArn } from '../../core/target.ts';
import { hasten } from '../hasten.ts';
import { publishOfWave } from '../owed-events.ts';
import type { Ports } from '../ports.ts';
import {
  change,
  type OrderEntry,
  type PlannedWave,
  place,
  read,
  type WaveCommand,
  type WaveRecord,
} from '../records.ts';
import { recordWave } from '../wave-record.ts';
import { type OrderRefused, refused } from './order.ts';

/** The ports that orders need: nothing of the service itself, so they work while the poller is down. */
export type OperatorPorts = Pick<Ports, 'store' | 'clock' | 'bus'>;

/** A wave as an operator finds it. */
export interface Found {
  readonly planned: PlannedWave | undefined;
  /** Undefined where the wave has not begun yet. */
  readonly record: WaveRecord | undefined;
  readonly command: WaveCommand;
}

/** A wave that nobody gave an order to. */
export const noCommand: WaveCommand = { resumedAt: null, pauses: [], aborted: false };

/** Finds a wave that may still be given orders to; a refusal where there is none. */
export async function findWave(
  ports: Pick<Ports, 'store'>,
  wave: string,
): Promise<Found | OrderRefused> {
  const [plan = '', name = ''] = wave.split('.');
  const { body: planned } = await read(ports.store, place.plannedWave(plan, name));
  const { body: record } = await read(ports.store, place.wave(wave));
  if (planned === undefined && record === undefined) {
    return refused(
      wave,
      'unknown-wave',
      `there is no wave ${wave}`,
      'landfall status lists the waves, each as PLAN.WAVE',
    );
  }
  if (record !== undefined && record.concludedAt !== null) {
    return refused(
      wave,
      'concluded',
      `wave ${wave} concluded at ${record.concludedAt}`,
      'nothing is left to do; a new wave of a plan moves what it left behind',
    );
  }
  const { body: command } = await read(ports.store, place.command(wave));
  return { planned, record, command: command ?? noCommand };
}

// What a record may grow by has an end; the events on the bus are kept whole.
const logLimit = 100;

/** A command with one more order on its log. */
export function logged(command: WaveCommand, entries: readonly OrderEntry[]): WaveCommand {
  const log = [...(command.log ?? []), ...entries];
  const over = Math.max(0, log.length - logLimit);
  return { ...command, log: log.slice(over), logBefore: (command.logBefore ?? 0) + over };
}

/**
 * Changes a wave's command, then has the poller look and the wave's stream tell of it. The change is asked again where
 * somebody else came first; undefined leaves the command as it is. A repetition makes up for what a crash left undone.
 */
export async function giveOrder(
  ports: OperatorPorts,
  wave: string,
  decide: (command: WaveCommand) => WaveCommand | undefined,
): Promise<'done' | 'already'> {
  let changed = false;
  await change(ports.store, place.command(wave), (known) => {
    const next = decide(known ?? noCommand);
    changed = next !== undefined;
    return next;
  });
  await hastenWave(ports, wave);
  await tellOrders(ports, wave);
  return changed ? 'done' : 'already';
}

/** Makes the next tick of every target of a wave due at once. */
export async function hastenWave(
  ports: Pick<Ports, 'store' | 'clock'>,
  wave: string,
): Promise<void> {
  const [plan = '', name = ''] = wave.split('.');
  const { body: planned } = await read(ports.store, place.plannedWave(plan, name));
  for (const target of targetsOf(planned)) await hasten(ports, target);
}

/** The targets of a planned wave's servers, each once. */
export function targetsOf(planned: PlannedWave | undefined): readonly Target[] {
  const targets = (planned?.servers ?? []).flatMap(({ arn }) => targetOfArn(arn)?.target ?? []);
  return [...new Map(targets.map((target) => [targetName(target), target])).values()];
}

/**
 * Tells the orders that were not told yet, each once, on the wave's stream. A wave that has not begun tells them when
 * it does. The answer to a hold is told by the wave itself, when it goes on.
 */
export async function tellOrders(ports: OperatorPorts, wave: string): Promise<void> {
  const { body: command } = await read(ports.store, place.command(wave));
  const { body: record } = await read(ports.store, place.wave(wave));
  if (record === undefined || command?.log === undefined) return;
  const { log } = command;
  const before = command.logBefore ?? 0;
  if ((record.ordersTold ?? 0) >= before + log.length) {
    // Told on record; a crash may have come before the bus heard of it.
    await publishOfWave(ports, place.wave(wave), record, record.home);
    return;
  }
  await recordWave(ports, wave, (now) => {
    const known = now.ordersTold ?? 0;
    if (known >= before + log.length) return undefined;
    return {
      next: { ...now, ordersTold: before + log.length },
      told: log.slice(Math.max(0, known - before)).flatMap(tellOrder),
    };
  });
}

function tellOrder({ order, ended, server, by, at, reason }: OrderEntry): readonly Told[] {
  // What is said of one server is told on its own stream.
  if (server !== undefined) return [];
  const members = { by: cutText(by), at, reason: cutText(reason) };
  switch (order) {
    case 'pause':
      return [{ detailType: DetailType.WavePaused, members }];
    case 'resume':
      return ended === 'hold'
        ? []
        : [{ detailType: DetailType.WaveResumed, members: { ended: 'pause', ...members } }];
    case 'abort':
      return [{ detailType: DetailType.WaveAbortRequested, members }];
    default:
      return order satisfies never;
  }
}
