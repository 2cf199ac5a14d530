import { describe, expect, it } from 'vitest';
import { readResults, type Block, type Data } from '../../src/report/index.js';

const layer = (name: string, more: object = {}) => ({
  ...{ name, kind: 'Conv', where: 'datapath', onDatapath: true, datapath: 'dot', macs: 100 },
  ...{ saturated: 0, clipped: 2, overflows: 1, outputs: 50, bits: { weights: 4.254, activations: 8 } },
  tiling: { depth: 25, accumulatorBits: 20, roundings: ['to 8 bits', 'to float32'] },
  ...{ snrDb: 30, accumulatorBits: [0, 0, 0, 6, 2], exponents: { products: 4, differences: [3, 0, 1, 0] } },
  ...more,
});

const inFloat = { name: 'pool', kind: 'MaxPool', where: 'float', macs: 0, saturated: 0, overflows: 0 };

const inference = {
  ...{ schema: 1, model: 'net', data: 'mnist', datapath: 'dot', images: 10 },
  ...{ accuracy: 0.9, accuracyFloat: 1, agreement: 0.8, ci95: [0.6, 0.98] },
  layers: [layer('one'), inFloat, layer('two', { accumulatorBits: [0, 1, 0, 3], saturated: 5 })],
  hardware: [
    {
      ...{ datapath: 'dot', layers: ['one', 'two'], beatsPerImage: 90, latency: 4, cyclesPerImage: 98.4 },
      ...{ utilisation: 0.5, energy: { technology: 'asap7', energyFjPerCycle: 3, energyFjPerImage: 2e6 } },
    },
  ],
  nibbleCycles: [{ tree: 12, cyclesPerPass: 2.5 }],
  rtl: { products: 7, mismatches: 0 },
};

function part(value: object) {
  const made = readResults('r.json', value, '');
  if (!made.ok) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  return made.value;
}

function dataOf(value: object, name: string): Data {
  const blocks = part(value).sections.flatMap((section) => section.blocks as readonly Block[]);
  const block = blocks.find((one) => 'name' in one && one.name === name);
  if (!block || !('data' in block)) throw new Error(`no ${name}`);
  return block.data;
}

describe('a report of infer', () => {
  it('shows accuracy, noise, widths of sums, exponents, cycles and energy, and where each is from', () => {
    const { title, verdict, sections } = part(inference);
    expect(title).toBe('net on dot');
    expect(verdict.state).toBe('good');
    expect(sections.map((section) => section.title)).toEqual([
      ...['Accuracy', 'Layers', 'Sums', 'Exponents', 'Cycles and energy'],
    ]);
    const [figures] = sections[0]!.blocks;
    if (figures?.kind !== 'figures') throw new Error('no figures');
    expect(figures.figures.map(({ value }) => value)).toEqual([
      ...['90 %', '100 %', '80 %', '2', '98', '2 nJ'],
    ]);
    expect(figures.figures[0]!.source).toContain('60 % to 98 %');
    expect(dataOf(inference, 'Signal to error of each layer').rows).toEqual([
      ['one', 30],
      ['two', 30],
    ]);
    expect(dataOf(inference, 'Layers').rows[0]).toEqual([
      ...['one', 'Conv', 'dot', '4.25 × 8', 25, 100, 30, 50, 0, 2, 1],
    ]);
    expect(dataOf(inference, 'Results that did not fit').rows).toEqual([
      ['one', 0, 2],
      ['two', 10, 2],
    ]);
    // From the narrowest sum to the widest, each layer's shares of its own.
    expect(dataOf(inference, 'How wide the sums get')).toEqual({
      columns: ['bits in two’s complement', 'one', 'two'],
      rows: [
        [1, 0, 25],
        [2, 0, 0],
        [3, 75, 75],
        [4, 25, 0],
      ],
    });
    const exponents = 'How far exponents of products are below the greatest of their beat';
    expect(dataOf(inference, exponents).rows).toEqual([
      [0, 75, 75],
      [1, 0, 0],
      [2, 25, 25],
    ]);
    expect(dataOf(inference, 'What an image takes').rows[0]).toEqual([
      ...['dot', 'one, two', 90, 4, 98.4, 50, 'asap7', 3, 2],
    ]);
    for (const { blocks } of sections)
      for (const block of blocks) if ('source' in block) expect(block.source).not.toBe('');
  });

  it('does without what was not studied or is of no integers, and tells what is wrong with the rest', () => {
    const { hardware: _, nibbleCycles: __, ...few } = inference;
    const bare = { ...few, layers: [inFloat] };
    expect(part(bare).sections.map(({ title }) => title)).toEqual(['Accuracy', 'Layers']);
    const wrong = { ...inference, layers: [layer('one', { exponents: { products: 'many' } })] };
    const read = readResults('r.json', wrong, '');
    expect(read.diagnostics.map(({ message }) => message)).toEqual([
      'r.json: layers[0].exponents.products must be a number',
      'r.json: layers[0].exponents.differences must be a list',
    ]);
    expect(part({ ...inference, rtl: { products: 3, mismatches: 1 } }).verdict.state).toBe('bad');
  });

  it('takes fixed point for what it is', () => {
    const { datapath: _, ...common } = inference;
    const fixed = {
      ...common,
      ...{ bits: 16, fraction: null, worstScoreError: 0.002, scoreSnrDb: 60.4 },
      layers: [
        { ...inFloat, clipped: 0, snrDb: null },
        { ...layer('one'), fractions: [12, 14, 10] },
      ],
      rtl: { results: 5, mismatches: 0 },
    };
    const { title, verdict, sections } = part(fixed);
    expect([title, verdict.state, sections.length]).toEqual(['net in 16 bits', 'good', 1]);
    expect(dataOf(fixed, 'Layers').rows[1]![3]).toBe('12, 14, 10');
    expect(dataOf(fixed, 'Signal to error of each layer').rows).toEqual([['one', 30]]);
  });
});
