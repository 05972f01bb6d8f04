import type { ArgsDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { ImportRequest } from './import-inventory.ts';

/** What every command that reads inventories takes. */
export const importOptions = {
  format: {
    type: 'string',
    valueHint: 'name',
    description: 'mgn, cmf, rvtools, azure or ads, for all files; by default as each header says',
  },
  target: {
    type: 'string',
    valueHint: 'name',
    description: 'Where servers go of which no file says it, e.g. mgn:111122223333:eu-central-1',
  },
  replication: {
    type: 'string',
    valueHint: 'type',
    description: 'agent or agentless, for all servers; by default VMs of RVTools are agentless',
  },
  at: {
    type: 'string',
    valueHint: 'instant',
    description: 'When the inventory was taken; a rehearsal begins then',
  },
  'same-key': {
    type: 'boolean',
    description:
      'The ids of MGN (user-provided id), CMF (server_name) and Application Discovery (ExternalId) are one and the same',
  },
} as const satisfies ArgsDef;

/** Reads what is to be imported. */
export function importRequest(given: Arguments, files: readonly string[]): ImportRequest {
  return {
    files,
    format: given.one('format'),
    target: given.one('target'),
    replication: given.one('replication'),
    at: given.one('at'),
    sameKey: given.has('same-key'),
  };
}
