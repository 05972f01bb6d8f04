import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { toMs } from '../../core/time.ts';
import type { BusEntry, EventBus, Refusal } from '../../flow/ports.ts';
import { callBytes, entryBytes, fitEntry } from './fit-entry.ts';
import { refusalOfError } from './wire-call.ts';

const maxEntriesPerCall = 10;

/** What the bus is, and who hears why entries were not accepted. */
export interface EventBridgeBusOptions {
  /** Name or ARN. */
  readonly busName: string;
  /** Hears of each refused call or entry, and of each that went out cut; the port itself answers indexes only. */
  readonly onRefusal?: (refusal: Pick<Refusal, 'errorName' | 'message'>) => void;
}

/**
 * Publishes to an EventBridge bus, ten entries and 256 KB a call, in order. The indexes of a refused
 * or lost call, or of refused entries of an accepted one, are answered; a later publish repeats them. An entry that no
 * call can carry goes out without its largest members, as `truncated`; it never keeps the others back.
 */
export function createEventBridgeBus(
  client: () => EventBridgeClient,
  options: EventBridgeBusOptions,
): EventBus {
  const send = async (batch: readonly Numbered[]): Promise<readonly number[]> => {
    const all = batch.map(({ index }) => index);
    const command = new PutEventsCommand({
      Entries: batch.map(({ entry }) => requestEntry(entry, options.busName)),
    });
    try {
      const output = await client().send(command);
      if (output.FailedEntryCount === 0) return [];
      const results = output.Entries ?? [];
      return all.filter((_, place) => {
        const result = results[place];
        if (result?.EventId !== undefined && result.ErrorCode === undefined) return false;
        options.onRefusal?.({
          errorName: result?.ErrorCode ?? 'AnswerUnreadable',
          message: result?.ErrorMessage ?? 'the answer says nothing of this entry',
        });
        return true;
      });
    } catch (error) {
      options.onRefusal?.(refusalOfError(error));
      return all;
    }
  };
  const cut = (entry: BusEntry): BusEntry | undefined => {
    const fitted = fitEntry(entry);
    const left = fitted?.leftOut ?? [];
    if (fitted === undefined || left.length > 0) {
      const what = `event ${String(entry.detail['eventId'])} "${entry.detailType}" has ${entryBytes(entry)} bytes of at most ${callBytes - 1}`;
      options.onRefusal?.({
        errorName: 'EntryTooLarge',
        message:
          fitted === undefined
            ? `${what} and was not sent: what names it is too large`
            : `${what} and was sent without ${left.join(', ')}`,
      });
    }
    return fitted?.entry;
  };
  return {
    publish: async (entries) => {
      const refused: number[] = [];
      const sendable: Numbered[] = [];
      for (const [index, given] of entries.entries()) {
        const entry = cut(given);
        if (entry === undefined) refused.push(index);
        else sendable.push({ index, entry });
      }
      for (const batch of batches(sendable)) refused.push(...(await send(batch)));
      return refused.sort((a, b) => a - b);
    },
  };
}

interface Numbered {
  readonly index: number;
  readonly entry: BusEntry;
}

function batches(entries: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const all: Numbered[][] = [];
  let batch: Numbered[] = [];
  let bytes = 0;
  for (const numbered of entries) {
    const size = entryBytes(numbered.entry);
    // Of one call AWS says "less than 256 KB".
    if (batch.length === maxEntriesPerCall || bytes + size >= callBytes) {
      if (batch.length > 0) all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(numbered);
    bytes += size;
  }
  return batch.length === 0 ? all : [...all, batch];
}

function requestEntry(entry: BusEntry, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: entry.source,
    DetailType: entry.detailType,
    Detail: JSON.stringify(entry.detail),
    Resources: [...entry.resources],
    Time: new Date(toMs(entry.time)),
  };
}
