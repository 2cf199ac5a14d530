import { expect, it } from 'vitest';
import { baselinePart, type Block } from '../../src/report/index.js';

function blocksOf(name: string, value: object): readonly Block[] {
  return baselinePart('results', [{ name, value: { ...value } }]).sections[0]!.blocks;
}

const dataOf = (block: Block | undefined) =>
  block?.kind === 'table' || block?.kind === 'plot' ? [block.name, block.data] : undefined;

it('rows of inner lists carry as many columns of their record as tell it from the others', () => {
  const layers = [
    { data: 'a', outputs: 10, average: 1, forms: [{ share: false, adders: 5 }] },
    { data: 'a', outputs: 10, average: 2, forms: [{ share: false, adders: 9 }] },
  ];
  const [, inner] = blocksOf('other', { layers });
  expect(dataOf(inner)).toEqual([
    'layers, forms',
    {
      columns: ['data', 'outputs', 'average', 'share', 'adders'],
      rows: [
        ['a', 10, 1, 'false', 5],
        ['a', 10, 2, 'false', 9],
      ],
    },
  ]);
});

it('a known list is drawn with a series for each of its rules, from the left to the right', () => {
  const selected = [
    { rule: 'random', average: 2, sqnrDb: 6 },
    { rule: 'best', average: 2, sqnrDb: 12 },
    { rule: 'best', average: 1, sqnrDb: 7 },
  ];
  const [drawn] = blocksOf('bit-selection', { data: { normal: { selected } } });
  expect(drawn).toMatchObject({ kind: 'plot', mark: { series: [{ name: 'random' }, { name: 'best' }] } });
  expect(dataOf(drawn)![1]).toEqual({
    columns: ['average', 'random', 'best'],
    rows: [
      [1, null, 7],
      [2, 6, 12],
    ],
  });
});

it('bars of one place in the record stand beside each other, not behind', () => {
  const clusters = [
    { tree: 12, units: 4, lockStep: 9, ideal: 7 },
    { tree: 12, units: 8, lockStep: 5, ideal: 4 },
  ];
  const [drawn] = blocksOf('mc-ipu', { clusters });
  expect(dataOf(drawn)![1]).toMatchObject({
    rows: [
      ['tree 12, units 4', 9, 7],
      ['tree 12, units 8', 5, 4],
    ],
  });
});

it('a known list with other columns than it had is a table', () => {
  expect(blocksOf('mc-ipu', { clusters: [{ width: 1 }] }).map(({ kind }) => kind)).toEqual(['table']);
});
