import { applyWaveSettings } from '../flow/steps/apply-wave-settings.ts';
import { applySettings as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsSettingsOf } from './_wiring/drs-settings.ts';
import { rest } from './_wiring/rest.ts';
import { settingsOf } from './_wiring/settings.ts';
import { store } from './_wiring/store.ts';

/** Looks at servers of a wave beside what their plan wants them to be set to, or sets them so. */
export const handler = lambda(
  'applySettings',
  contract.input,
  { clock, store, bus, settingsOf, drsSettingsOf, rest },
  applyWaveSettings,
);
