import { SingleBar } from 'cli-progress';

/** Shows how many rehearsals of a forecast have ended; on stderr, so that stdout holds the result alone. */
export interface ForecastProgress {
  readonly show: (ended: number, of: number) => void;
  /** Leaves the terminal clean. */
  readonly stop: () => void;
}

const secondsBetweenLines = 3;

/** A bar on a terminal; elsewhere a line every few seconds. */
export function forecastProgress(stream: NodeJS.WriteStream): ForecastProgress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ForecastProgress {
  const drawn = new SingleBar({
    stream,
    format: 'rehearsing {bar} {value} of {total} · {eta_formatted} left',
    barsize: 40,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  let started = false;
  return {
    show: (ended, of) => {
      if (!started) drawn.start(of, ended);
      started = true;
      drawn.setTotal(of);
      drawn.update(ended);
    },
    stop: () => drawn.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ForecastProgress {
  let shownAt = performance.now();
  return {
    show: (ended, of) => {
      if (performance.now() - shownAt < secondsBetweenLines * 1000) return;
      shownAt = performance.now();
      stream.write(`${ended} of ${of} rehearsals\n`);
    },
    stop: () => {},
  };
}
