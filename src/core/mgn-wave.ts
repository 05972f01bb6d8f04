import { textAt } from './observation.ts';

type Doc = Readonly<Record<string, unknown>>;

/**
 * Says which waves of MGN can be archived now: those that hold at least one of our servers, are open, and whose
 * servers are all archived. A wave's servers are those of its applications (reference/mgn.md 2.3).
 */
export function archivableWaves(
  listed: {
    readonly waves: readonly Doc[];
    readonly applications: readonly Doc[];
    readonly servers: readonly Doc[];
  },
  ours: ReadonlySet<string>,
): readonly string[] {
  const waveOfApplication = new Map<string, string>();
  for (const application of listed.applications) {
    const id = textAt(application, 'applicationID');
    const wave = textAt(application, 'waveID');
    if (id !== undefined && wave !== undefined) waveOfApplication.set(id, wave);
  }
  const open = new Set(
    listed.waves
      .filter((wave) => wave['isArchived'] !== true)
      .flatMap((wave) => textAt(wave, 'waveID') ?? []),
  );
  const touched = new Set<string>();
  for (const server of listed.servers) {
    const wave = waveOfApplication.get(textAt(server, 'applicationID') ?? '');
    if (wave === undefined) continue;
    if (server['isArchived'] !== true) open.delete(wave);
    else if (ours.has(textAt(server, 'sourceServerID') ?? '')) touched.add(wave);
  }
  return [...touched].filter((wave) => open.has(wave)).sort();
}
