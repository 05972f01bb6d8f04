import type { ArgsDef } from 'citty';
import { planOnLiveFleet } from '../plan-arguments.ts';

/** Which servers of a plan are meant. */
export const chosenOptions = {
  wave: {
    type: 'string',
    valueHint: 'name',
    description: 'Only this wave of the plan; may be given more than once',
  },
  server: {
    type: 'string',
    valueHint: 'id',
    description: 'Only this server; may be given more than once',
  },
} as const satisfies ArgsDef;

/** The plan whose settings are meant, and its fleet. */
export const planOptions = {
  ...planOnLiveFleet,
  ...chosenOptions,
} as const satisfies ArgsDef;

/** Why settings are changed. */
export const reasonOption = {
  reason: {
    type: 'string',
    required: true,
    valueHint: 'text',
    description: 'Why, for those who read it later',
  },
} as const satisfies ArgsDef;
