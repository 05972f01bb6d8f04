import { MultiBar, type SingleBar } from 'cli-progress';
import { type PlaceCounts, type PlaceName, places } from './progress-board.ts';

/** Bars on a terminal, one for each place where servers have been, under a line of figures. */
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
  // A plan goes through few of the phases that there are: a place has a bar from its first server on.
  const bars = new Map<PlaceName, SingleBar>();
  const show = (now: PlaceCounts) => {
    for (const place of places) {
      const bar = bars.get(place);
      if (bar !== undefined) bar.update(now[place]);
      else if (now[place] > 0) {
        const payload = { place: place.padEnd(placeWidth) };
        bars.set(place, multi.create(Math.max(1, servers), now[place], payload));
      }
    }
  };
  show(counts);
  return {
    show: (figures, now) => {
      header.update(0, { figures });
      show(now);
      multi.update();
    },
    say: (line) => multi.log(`${line}\n`),
    stop: () => multi.stop(),
  };
}
