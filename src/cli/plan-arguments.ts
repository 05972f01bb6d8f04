import type { ArgsDef } from 'citty';

/** The plan that a command is about. */
export const planArgument = {
  plan: {
    type: 'positional',
    required: true,
    description: 'The plan, a YAML file (docs/plan.md)',
  },
} as const satisfies ArgsDef;

/** A plan and the fleet to rehearse it on. */
export const planOnFleet = {
  ...planArgument,
  fleet: {
    type: 'string',
    required: true,
    valueHint: 'file',
    description: 'What aws mgn describe-source-servers prints; may be given more than once',
  },
  'vcenter-clients': {
    type: 'string',
    valueHint: 'file',
    description: 'What aws mgn describe-vcenter-clients prints, for agentless servers',
  },
} as const satisfies ArgsDef;

/** A plan and, where it is not to be read from MGN, its fleet. */
export const planOnLiveFleet = {
  ...planArgument,
  fleet: {
    type: 'string',
    valueHint: 'file',
    description:
      'The fleet, as rehearse reads it; by default it is read from MGN now; may be given more than once',
  },
} as const satisfies ArgsDef;
