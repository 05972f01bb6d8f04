import { describe, expect, it } from 'vitest';
import { archivableWaves } from '../../src/core/mgn-wave.ts';

const waves = [{ waveID: 'wave-1', isArchived: false }];
const applications = [
  { applicationID: 'app-1', waveID: 'wave-1' },
  { applicationID: 'app-2', waveID: 'wave-1' },
];
const server = (id: string, applicationID: string, isArchived: boolean) => ({
  sourceServerID: id,
  applicationID,
  isArchived,
});

describe('archivableWaves', () => {
  it('names an open wave whose servers are all archived, one of them ours', () => {
    const servers = [server('s-1', 'app-1', true), server('s-2', 'app-2', true)];
    expect(archivableWaves({ waves, applications, servers }, new Set(['s-1']))).toEqual(['wave-1']);
  });

  it('leaves a wave alone that still holds an open server', () => {
    const servers = [server('s-1', 'app-1', true), server('s-2', 'app-2', false)];
    expect(archivableWaves({ waves, applications, servers }, new Set(['s-1']))).toEqual([]);
  });

  it('leaves a wave alone in which nothing is ours, and one that is archived already', () => {
    const servers = [server('s-1', 'app-1', true)];
    expect(archivableWaves({ waves, applications, servers }, new Set(['s-9']))).toEqual([]);
    const archived = [{ waveID: 'wave-1', isArchived: true }];
    expect(archivableWaves({ waves: archived, applications, servers }, new Set(['s-1']))).toEqual(
      [],
    );
  });

  it('says nothing of servers without an application', () => {
    const servers = [{ sourceServerID: 's-1', isArchived: true }];
    expect(archivableWaves({ waves, applications, servers }, new Set(['s-1']))).toEqual([]);
  });
});
