import type { ArgsDef } from 'citty';

/** The file that says what is wanted. */
export const fileArgument = {
  file: {
    type: 'positional',
    required: true,
    description: 'What is wanted, a YAML file of kind LaunchConfiguration (docs/drs-templates.md)',
  },
} as const satisfies ArgsDef;

/** Which existing servers are meant. */
export const serverOptions = {
  server: {
    type: 'string',
    valueHint: 'id',
    description: 'Existing servers: this one; may be given more than once',
  },
  tag: {
    type: 'string',
    valueHint: 'key=value',
    description: 'Existing servers: those with this tag; of several, with all of them',
  },
  wave: {
    type: 'string',
    valueHint: 'plan.wave',
    description: 'Existing servers: those of this wave of a plan that was started',
  },
  'all-servers': { type: 'boolean', description: 'All existing servers' },
} as const satisfies ArgsDef;

/** The options that may be given more than once. */
export const repeatableOptions = ['server', 'tag', 'wave'];
