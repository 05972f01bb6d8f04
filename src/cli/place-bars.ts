import { MultiBar, type SingleBar } from 'cli-progress';
import { type PlaceName, places } from './progress-board.ts';

/** How many servers are in each place. */
export type PlaceCounts = Readonly<Record<PlaceName, number>>;

/** Bars on a terminal, one for each place where servers can be, under a line of figures. */
export interface PlaceBars {
  readonly show: (figures: string, counts: PlaceCounts) => void;
  /** Says something above the bars, where it stays. */
  readonly say: (line: string) => void;
  /** Takes the bars away. */
  readonly stop: () => void;
}

const placeWidth = Math.max(...places.map((place) => place.length));

/** Draws the bars of so many servers; whoever draws them stops them, also on Ctrl-C. */
export function placeBars(
  servers: number,
  counts: PlaceCounts,
  stream: NodeJS.WriteStream,
): PlaceBars {
  const multi = new MultiBar({
    stream,
    format: '{place} {bar} {value}',
    barsize: 40,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: null,
  });
  const header = multi.create(1, 0, { figures: '' }, { format: '{figures}' });
  const byPlace = places.map((place): readonly [PlaceName, SingleBar] => [
    place,
    multi.create(Math.max(1, servers), counts[place], { place: place.padEnd(placeWidth) }),
  ]);
  return {
    show: (figures, now) => {
      header.update(0, { figures });
      for (const [place, bar] of byPlace) bar.update(now[place]);
      multi.update();
    },
    say: (line) => multi.log(`${line}\n`),
    stop: () => multi.stop(),
  };
}
