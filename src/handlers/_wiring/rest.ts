import { setTimeout as sleep } from 'node:timers/promises';
import type { SettingsPorts } from '../../flow/settings/settings-ports.ts';
import { part } from '../_wiring.ts';

/** Lets time pass before a throttled call is made again; locally a call takes no time, and its machine tries again later. */
export const rest = part(
  {},
  (): SettingsPorts['rest'] => (seconds) => sleep(seconds * 1000),
  () => async () => {},
);
