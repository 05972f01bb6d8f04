// In: a plan and the world of a lane. Out: what the rehearsal of the same tells.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Envelope } from '../../src/trace/forms.ts';
import { type LaneFleet, migrating, runLandfall } from './lane.ts';

/** Rehearses a plan on the fleet of the lanes; answers its events. */
export async function rehearsed(
  plan: string,
  out: string,
  {
    startAt,
    faults,
    fleet = migrating,
  }: { readonly startAt: string; readonly faults?: string; readonly fleet?: LaneFleet },
): Promise<readonly Envelope[]> {
  const { code, stderr } = await runLandfall([
    'rehearse',
    plan,
    ...fleet.files.flatMap((file) => ['--fleet', file]),
    ...(faults === undefined ? [] : ['--faults', faults]),
    ...['--start', startAt, '--out', out],
  ]);
  // 1 is a rehearsal that came to its end, where not every server succeeded: what faults are for.
  if (code !== 0 && code !== 1) throw new Error(`the rehearsal ended with ${code}: ${stderr}`);
  const lines = readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => Envelope.parse(JSON.parse(line)));
}
