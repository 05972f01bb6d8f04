// In: what a dry run found. Out: it as text for a person, or as one JSON object.
import { printable } from '../core/fleet/problem.ts';
import { countOutcomes } from '../core/outcome.ts';
import type { DryRun, WavePreview } from '../flow/operate/dry-run.ts';
import type { FirstStep } from '../flow/operate/first-step.ts';
import type { Obstacle } from '../flow/operate/obstacles.ts';
import { counted, textTable } from './text-table.ts';

/** Says what would happen first, wave by wave, and what stands in the way. */
export function previewText({ plan, planHash, waves, obstacles }: DryRun): string {
  const rows = waves.map((wave) => [wave.wave, counted(wave.servers, 'server'), firstText(wave)]);
  return [
    `Plan ${plan} (${planHash.slice(0, 12)})`,
    textTable(rows.map((row) => row.map(printable))),
    ...obstacleLines(obstacles),
  ].join('\n');
}

function firstText({ first, dependsOn }: WavePreview): string {
  if (first === null) {
    return dependsOn.length > 0 ? `waits for ${dependsOn.join(', ')}` : 'is under way or done';
  }
  const ends = countOutcomes(first.ends.map(({ outcome }) => outcome));
  const said = Object.entries(ends).flatMap(([name, count]) =>
    count === 0 ? [] : [`${count} ${name} at once`],
  );
  return [stepText(first), ...said].join(' · ');
}

function stepText({ next }: FirstStep): string {
  switch (next.kind) {
    case 'stage':
      return `first ${next.phase}, ${counted(next.servers.length, 'server')}`;
    case 'approval':
      return `asks for approval of ${next.phase}, ${counted(next.servers.length, 'server')}`;
    case 'window':
      return `waits for the window of ${next.phase} at ${next.opensAt}, ${counted(next.servers.length, 'server')}`;
    case 'slots':
      return `waits for slots: ${next.reason}`;
    case 'nothing':
      return 'nothing to do';
    default:
      return next satisfies never;
  }
}

const severities = {
  blocks: 'Stands in the way',
  delays: 'Makes it wait',
  notes: 'Worth a look',
} as const;

function obstacleLines(obstacles: readonly Obstacle[]): readonly string[] {
  if (obstacles.length === 0) return ['Nothing stands in the way.'];
  return (['blocks', 'delays', 'notes'] as const).flatMap((severity) => {
    const own = obstacles.filter((obstacle) => obstacle.severity === severity);
    if (own.length === 0) return [];
    const lines = own.map(({ message, remedy }) => `  ${printable(`${message}  → ${remedy}`)}`);
    return [`${severities[severity]}:`, ...lines];
  });
}

/** The dry run as the one JSON object of --json. */
export function previewRecord(preview: DryRun): Readonly<Record<string, unknown>> {
  const isBlocked = preview.obstacles.some(({ severity }) => severity === 'blocks');
  return { outcome: isBlocked ? 'refused' : 'possible', ...preview };
}
