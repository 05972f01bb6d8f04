import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { InvalidInput } from '../../core/failure.ts';
import { toMs } from '../../core/time.ts';
import type { BusEntry, EventBus, Refusal } from '../../flow/ports.ts';
import { refusalOfError } from './wire-call.ts';

const maxEntriesPerCall = 10;
const maxBytesPerCall = 256 * 1024;

/** What the bus is, and who hears why entries were not accepted. */
export interface EventBridgeBusOptions {
  /** Name or ARN. */
  readonly busName: string;
  /** Hears of each refused call or entry; the port itself answers indexes only. */
  readonly onRefusal?: (refusal: Pick<Refusal, 'errorName' | 'message'>) => void;
}

/**
 * Publishes to an EventBridge bus, ten entries and 256 KB a call, in order. The indexes of a refused
 * or lost call, or of refused entries of an accepted one, are answered. Throws InvalidInput, before
 * anything is sent, for an entry that no call can carry.
 */
export function createEventBridgeBus(
  client: EventBridgeClient,
  options: EventBridgeBusOptions,
): EventBus {
  const send = async (batch: readonly Numbered[]): Promise<readonly number[]> => {
    const all = batch.map(({ index }) => index);
    const command = new PutEventsCommand({
      Entries: batch.map(({ entry }) => requestEntry(entry, options.busName)),
    });
    try {
      const output = await client.send(command);
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
  return {
    publish: async (entries) => {
      const refused: number[] = [];
      for (const batch of batches(entries)) refused.push(...(await send(batch)));
      return refused;
    },
  };
}

interface Numbered {
  readonly index: number;
  readonly entry: BusEntry;
}

function batches(entries: readonly BusEntry[]): readonly (readonly Numbered[])[] {
  const all: Numbered[][] = [];
  let batch: Numbered[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    const size = entryBytes(entry);
    if (size > maxBytesPerCall) {
      throw new InvalidInput(
        `an event "${entry.detailType}" has ${size} bytes; at most ${maxBytesPerCall} can be published`,
      );
    }
    if (batch.length === maxEntriesPerCall || bytes + size > maxBytesPerCall) {
      all.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ index, entry });
    bytes += size;
  }
  return batch.length === 0 ? all : [...all, batch];
}

/** Counts as EventBridge does: 14 for the time, and the texts in UTF-8. */
function entryBytes(entry: BusEntry): number {
  const texts = [entry.source, entry.detailType, JSON.stringify(entry.detail), ...entry.resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 14);
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
