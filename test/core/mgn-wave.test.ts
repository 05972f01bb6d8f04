import { describe, expect, it } from 'vitest';
import { archivableWaves } from '../../src/core/mgn-wave.ts';
import { frozen } from './_factories.ts';

const server = (id: string, applicationID: string | undefined, isArchived = true) => ({
  sourceServerID: id,
  isArchived,
  ...(applicationID === undefined ? {} : { applicationID }),
});
const listed = (servers: readonly object[], waves: readonly object[] = [{ waveID: 'wave-1' }]) =>
  frozen({
    waves: waves.map((wave) => ({ ...wave })),
    applications: [
      { applicationID: 'app-1', waveID: 'wave-1' },
      { applicationID: 'app-2', waveID: 'wave-1' },
      { applicationID: 'app-3' },
      { waveID: 'wave-1' },
    ],
    servers: servers.map((each) => ({ ...each })),
  });
const ours = new Set(['s-1']);

describe('archivableWaves', () => {
  it('names a wave whose servers are all archived, one of them ours', () => {
    expect(archivableWaves(listed([server('s-1', 'app-1'), server('s-2', 'app-2')]), ours)).toEqual(
      ['wave-1'],
    );
  });

  it.each([
    ['with a server that is not archived', [server('s-1', 'app-1'), server('s-2', 'app-2', false)]],
    ['with none of our servers', [server('s-2', 'app-1')]],
    ['of an application without a wave', [server('s-1', 'app-3')]],
    ['of a server without an application', [server('s-1', undefined)]],
    ['of no server', []],
  ])('leaves a wave %s', (_name, servers) => {
    expect(archivableWaves(listed(servers), ours)).toEqual([]);
  });

  it('leaves a wave that is archived already, or that is not listed', () => {
    const servers = [server('s-1', 'app-1')];
    expect(
      archivableWaves(listed(servers, [{ waveID: 'wave-1', isArchived: true }]), ours),
    ).toEqual([]);
    expect(archivableWaves(listed(servers, [{}]), ours)).toEqual([]);
    expect(archivableWaves(listed([{ isArchived: true, applicationID: 'app-1' }]), ours)).toEqual(
      [],
    );
  });
});
