import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import type { WaveGates } from './gates.ts';
import type { ServerSettings } from './settings-for.ts';

/** Finds settings that are to be applied on an approval which the wave asks nobody for. */
export function* desiredProblems(
  gates: WaveGates | undefined,
  servers: readonly { readonly settings: ServerSettings }[],
  wave: string,
  at: Path,
): Generator<Problem> {
  for (const phase of ['test', 'cutover'] as const) {
    const asks = gates?.[phase]?.approval !== undefined;
    const first = servers.filter(
      ({ settings: { desired, phases } }) =>
        desired?.apply === 'on-approval' &&
        phases.find((one) => one === 'test' || one === 'cutover') === phase,
    );
    if (asks || first.length === 0) continue;
    yield problemAt(
      at,
      `the settings of ${first.length} ${first.length === 1 ? 'server' : 'servers'} of wave ${wave} are applied on approval, and nobody is asked before ${phase}`,
      `add gates.${phase}.approval to the wave, or write apply: by-policy`,
    );
  }
}
