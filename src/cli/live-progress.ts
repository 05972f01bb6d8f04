import { placeBars } from './place-bars.ts';
import type { ProgressBoard } from './progress-board.ts';
import type { RehearsalProgress } from './rehearsal.ts';
import { clockTime, counted, spoken } from './text-table.ts';

/** Shows how a rehearsal goes on; on stderr, so that stdout holds the result alone. */
export interface LiveProgress {
  /** Shows where the rehearsal stands now. */
  readonly show: (progress: RehearsalProgress) => void;
  /** Shows it for the last time, and leaves the terminal clean. */
  readonly stop: () => void;
}

/** Says in one line where a rehearsal stands. */
export function progressLine(board: ProgressBoard, progress: RehearsalProgress): string {
  const here = Object.entries(board.counts()).filter(([, count]) => count > 0);
  const servers = here.map(([place, count]) => `${spoken(count)} ${place}`).join(', ');
  return `${figures(progress)} · ${servers}`;
}

function figures({ now, events, apiCalls }: RehearsalProgress): string {
  return `${clockTime(now)} · ${counted(events, 'event')} · ${counted(apiCalls, 'API call')}`;
}

/** Bars on a terminal; elsewhere a line every few seconds. */
export function liveProgress(
  board: ProgressBoard,
  servers: number,
  stream: NodeJS.WriteStream,
): LiveProgress {
  return stream.isTTY ? bars(board, servers, stream) : lines(board, stream);
}

const secondsBetweenLines = 3;

function lines(board: ProgressBoard, stream: NodeJS.WriteStream): LiveProgress {
  let shownAt = performance.now();
  return {
    show: (progress) => {
      if (performance.now() - shownAt < secondsBetweenLines * 1000) return;
      shownAt = performance.now();
      stream.write(`${progressLine(board, progress)}\n`);
    },
    stop: () => {},
  };
}

function bars(board: ProgressBoard, servers: number, stream: NodeJS.WriteStream): LiveProgress {
  // The command itself ends on Ctrl-C, once the logs are complete.
  const drawn = placeBars(servers, board.counts(), stream);
  return {
    show: (progress) => drawn.show(figures(progress), board.counts()),
    stop: drawn.stop,
  };
}
