import { expect, test } from 'vitest';
import { wavesBlock } from '../../src/report/waves.js';

/** The pieces that a bit's line is drawn of: `0m1` is an edge, `1m1` a notch in a level. */
function pieces(words: readonly string[], latency: number): readonly string[] {
  const port = { name: 'valid', direction: 'output', bit: true, words };
  const { svg } = wavesBlock({ clock: false, latency, ports: [port] }, 'test', false);
  return [...svg.matchAll(/<use[^>]*href="#([^"]*)"/g)].map(([, piece]) => piece!);
}

test('a level that stays is drawn without notches, a change as one edge', () => {
  const drawn = pieces(['0', '0', '1', '1', '1', '0'], 0);
  expect(drawn.filter((piece) => /m/.test(piece))).toEqual(['0m1', '1m0']);
});

test('what comes before the first result is unknown', () => {
  const drawn = pieces(['1', '1', '1', '1'], 2);
  expect(drawn.filter((piece) => /m/.test(piece))).toEqual(['xm1']);
});
