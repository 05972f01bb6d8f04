import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelPorts } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';

/** Waits between two tries of one delivery. */
export const wait = part(
  {},
  (): ChannelPorts['wait'] => (seconds) => sleep(seconds * 1000),
  (deployed) => notifyingOf(deployed).wait,
);
