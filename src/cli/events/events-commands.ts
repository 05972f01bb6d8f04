import type { Command } from '../command.ts';
import { eventsCatalog } from '../commands/events-catalog.ts';
import { eventsPatternTest } from '../commands/events-pattern-test.ts';
import { eventsReplay } from '../commands/events-replay.ts';
import { eventsTail } from '../commands/events-tail.ts';
import { eventsVerify } from '../commands/events-verify.ts';

/** The commands of a subscriber, by name, in the order in which they are used. */
export const eventsCommands: ReadonlyMap<string, Command> = new Map([
  ['events catalog', eventsCatalog],
  ['events pattern test', eventsPatternTest],
  ['events tail', eventsTail],
  ['events verify', eventsVerify],
  ['events replay', eventsReplay],
]);
