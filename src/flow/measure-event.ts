// In: an event of Landfall. Out: its figures, and how far its wave and plan are by now, as log lines that CloudWatch
// reads as metrics. Called by the rule of serverless.yml. Progress is read from the record, not counted: an event that
// comes twice, late or out of order tells no other figure.
import { figuresOf, planIn, type ToldEvent } from '../core/metric/event-metrics.ts';
import { type Measured, metricLines } from '../core/metric/metric-line.ts';
import { planFigures, waveFigures } from '../core/metric/progress.ts';
import type { Instant } from '../core/time.ts';
import type { Ports } from './ports.ts';
import { read, readAll } from './records/documents.ts';
import { place } from './records/place.ts';

/** Says what an event measured, as lines of the embedded metric format for a stage. */
export async function measureEvent(
  ports: Pick<Ports, 'store' | 'clock'>,
  event: ToldEvent & { readonly time: Instant },
  stage: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { measured, progressOf } = figuresOf(event);
  const levels = progressOf === undefined ? [] : await progress(ports, progressOf);
  const now = ports.clock.now();
  return [
    ...measured.flatMap((one) => metricLines(staged(one, stage), event.time)),
    ...levels.flatMap((one) => metricLines(staged(one, stage), now)),
  ];
}

function staged({ dimensions, by, metrics }: Measured, stage: string): Measured {
  return {
    dimensions: { Stage: stage, ...dimensions },
    metrics,
    ...(by === undefined ? {} : { by: by.map((set) => ['Stage', ...set]) }),
  };
}

async function progress(
  { store }: Pick<Ports, 'store'>,
  wave: string,
): Promise<readonly Measured[]> {
  const servers = await readAll(store, place.waveServer(wave, ''));
  const outcomes = servers.flatMap(({ body }) => body.outcome?.outcome ?? []);
  const ofWave = waveFigures(wave, { servers: servers.length, outcomes });
  const plan = planIn(wave);
  const { body: started } = await read(store, place.plan(plan));
  if (started === undefined) return [ofWave];
  const waves = await Promise.all(
    started.waves.map(async (name) => (await read(store, place.wave(`${plan}.${name}`))).body),
  );
  const begun = waves.flatMap((one) => one ?? []);
  const concluded = begun.filter(({ concludedAt }) => concludedAt !== null).length;
  const counts = { planned: started.waves.length, begun: begun.length, concluded };
  return [ofWave, planFigures(plan, counts)];
}
