// Reads events as JSON lines from standard input, as `landfall events tail --json` and `landfall events replay` print
// them, and shows the board at the end. `--board FILE` keeps it from one run to the next. Ends with 1 where events are missing.
import { parseArgs } from 'node:util';
import { boardText, take } from './board.js';
import { keepBoard, readBoard } from './board-file.js';
import { gapsIn } from './streams.js';

const { values } = parseArgs({ options: { board: { type: 'string' } } });
const board = readBoard(values.board);
const counts = { taken: 0, held: 0, repeated: 0, 'not-an-event': 0 };
const keepEvery = 500;
let deliveries = 0;

for await (const line of linesOf(process.stdin.setEncoding('utf8'))) {
  if (line.trim() === '') continue;
  counts[take(board, JSON.parse(line))] += 1;
  deliveries += 1;
  if (values.board !== undefined && deliveries % keepEvery === 0) keepBoard(values.board, board);
}
if (values.board !== undefined) keepBoard(values.board, board);
process.stdout.write(`${boardText(board)}\n`);
process.stderr.write(
  `${deliveries} deliveries: ${counts.taken} taken, ${counts.held} early, ${counts.repeated} repeated\n`,
);
process.exitCode = gapsIn(board.streams).length === 0 ? 0 : 1;

/**
 * JSON text may hold every end of a line but this one.
 * @param {AsyncIterable<string>} chunks
 */
async function* linesOf(chunks) {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
