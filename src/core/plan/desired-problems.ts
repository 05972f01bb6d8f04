import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import type { WaveGates } from './gates.ts';
import type { ServerSettings } from './settings-for.ts';

const launches = ['test', 'cutover', 'drill', 'recover'] as const;

/** Finds settings that are to be applied on an approval which the wave asks nobody for, or before a launch that never comes. */
export function* desiredProblems(
  gates: WaveGates | undefined,
  servers: readonly { readonly settings: ServerSettings }[],
  wave: string,
  at: Path,
): Generator<Problem> {
  const idle = servers.filter(
    ({ settings: { launchWith, phases } }) =>
      launchWith !== undefined && !launches.some((phase) => phases.includes(phase)),
  );
  if (idle.length > 0) {
    yield problemAt(
      at,
      `${idle.length} ${idle.length === 1 ? 'server' : 'servers'} of wave ${wave} are to be set before their first launch, and none is launched`,
      'add drill to phases, or write apply: by-command and use landfall drs template apply',
    );
  }
  for (const phase of launches) {
    const asks = gates?.[phase]?.approval !== undefined;
    const first = servers.filter(
      ({ settings: { desired, phases } }) =>
        desired?.apply === 'on-approval' &&
        phases.find((one) => launches.some((launch) => launch === one)) === phase,
    );
    if (asks || first.length === 0) continue;
    yield problemAt(
      at,
      `the settings of ${first.length} ${first.length === 1 ? 'server' : 'servers'} of wave ${wave} are applied on approval, and nobody is asked before ${phase}`,
      `add gates.${phase}.approval to the wave, or write apply: by-policy`,
    );
  }
}
