import { describe, expect, it } from 'vitest';
import { random, renderDiagnostic, type Random } from '../../src/base/index.js';
import { verifyDesign } from '../../src/ir/index.js';
import { checkSource, formatSource, loadDesign, loadSweeps } from '../../src/lang/index.js';
import { textsIn } from './designs.js';

const soup = [
  ...[
    'datapath',
    'in',
    'out',
    'let',
    'type',
    'reg',
    'reset',
    'when',
    'pipeline',
    'if',
    'then',
    'else',
    'for',
  ],
  ...['true', 'false', 'and', 'or', 'not', 'none', 'bool', 'format', 'int', 'uint', 'fixed', 'bits', 'width'],
  ...[
    'length',
    'clog2',
    'min',
    'pow2',
    'sum',
    'round',
    'truncate',
    'saturate',
    'wrap',
    'reinterpret',
    'drop',
  ],
  ...[
    'to',
    'mode',
    'stages',
    'nearest_even',
    'dot',
    'mac',
    'requantise',
    'relu',
    'a',
    'b',
    'c',
    't',
    'x',
    'y',
  ],
  ...['a', 'b', 'x', 'y', '0', '1', '2', '3', '8', '0xff', '65536', '1.5', '9x', '__proto__', 'constructor'],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    '..',
    '.',
    '=',
    '==',
    '!=',
    '<',
    '<=',
    '>>',
    '<<',
    '+',
    '-',
    '*',
  ],
  ...['/', '%', '&', '|', '^', '~', '// c\n', '/* c */', '\n', '\n\n', '/*', '"', '\ufeff', '\r\n', '§'],
];

const texts = [...textsIn('examples'), ...textsIn('test/errors')]
  .map(({ text }) => text)
  // These are slow by intent.
  .filter((text) => !text.includes('takes more steps') && text.length < 4000);

const pick = <T>(source: Random, list: readonly T[]): T => list[source.below(list.length)]!;

function mutant(source: Random): string {
  let words = pick(source, texts).split(/(\s+|\b)/);
  for (let edits = 1 + source.below(4); edits > 0; edits--) {
    const at = source.below(words.length);
    const other = pick(source, texts).split(/(\s+|\b)/);
    switch (source.below(5)) {
      case 0:
        words.splice(at, 1 + source.below(3));
        break;
      case 1:
        words.splice(at, 0, ` ${pick(source, soup)} `);
        break;
      case 2:
        words[at] = ` ${pick(source, soup)} `;
        break;
      case 3:
        words.splice(at, source.below(6), ...other.slice(source.below(other.length)).slice(0, 12));
        break;
      default:
        words = [...words.slice(0, at), ...words.slice(source.below(words.length))];
    }
    if (words.length === 0) words = [''];
  }
  return words.join('').replace(/0xffff\w+|\d{7,}/g, '9');
}

function soupText(source: Random): string {
  const words = Array.from({ length: source.below(60) }, () => pick(source, soup));
  return source.below(3) === 0
    ? words.join(' ')
    : `datapath t { in a: int(8)\n${words.join(' ')}\nout y = a }`;
}

/** All that can be asked of a text, and what must hold of the answers whatever it is. */
function tryOut(text: string): void {
  const diagnostics = checkSource(text, 'test.dp');
  for (const one of diagnostics) {
    renderDiagnostic(one, text);
    if (!one.place || !(one.place.line >= 1 && one.place.column >= 1))
      throw new Error(`no place: ${one.message}`);
    if (/undefined|NaN|\[object/.test(one.message)) throw new Error(one.message);
  }
  const loaded = loadDesign(text, 'test.dp');
  if (loaded.ok) {
    const design = loaded.value.at(-1)!.elaborate({}, 'kept');
    if (design.ok) expect(verifyDesign(design.value)).toEqual([]);
    expect(diagnostics.length > 0 || design.ok).toBe(true);
    // A file of sweeps alone is without fault, but no design.
  } else if (!loadSweeps(text, 'test.dp').ok) expect(diagnostics.length).toBeGreaterThan(0);
  const once = formatSource(text, 'test.dp');
  if (once.ok) expect(formatSource(once.value, 'test.dp')).toMatchObject({ ok: true, value: once.value });
}

describe('any text gives a design or diagnostics, and never anything else', () => {
  it.each([
    ['words in any order', soupText, 1500],
    ['designs with a few changes', mutant, 1500],
  ] as const)('%s', (_, make, count) => {
    for (let seed = 1; seed <= count; seed++) {
      const text = make(random(seed));
      try {
        tryOut(text);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}\n${text}`, { cause: error });
      }
    }
  });
});
