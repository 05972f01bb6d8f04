import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { placeBars } from '../../src/cli/place-bars.ts';
import { nobody } from '../../src/cli/progress-board.ts';

// What a terminal was sent, for as long as the bars were drawn.
function drawn(show: (bars: ReturnType<typeof placeBars>) => void): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 120,
    rows: 30,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
    clearScreenDown: () => true,
    getColorDepth: () => 1,
    hasColors: () => false,
    getWindowSize: (): [number, number] => [120, 30],
  });
  const bars = placeBars(3, { ...nobody, waiting: 3 }, stream as unknown as NodeJS.WriteStream);
  show(bars);
  bars.stop();
  return String(stream.read() ?? '');
}

describe('bars', () => {
  test('are drawn for the places where servers have been, and for no others', () => {
    const text = drawn((bars) => {
      bars.show('09:00', { ...nobody, waiting: 1, drill: 2 });
      bars.show('10:00', { ...nobody, done: 3 });
    });
    for (const place of ['waiting', 'drill', 'done']) expect(text).toContain(place);
    for (const place of ['cutover', 'recover', 'retire']) expect(text).not.toContain(place);
    expect(text).toContain('10:00');
  });
});
