import { describe, expect, it } from 'vitest';
import { loadsOf, readNetlist } from '../../src/synth/index.js';
import { netlist, yosysJson } from './circuit.js';
import { smallTechnology } from './small.js';

const technology = smallTechnology();

describe('a netlist', () => {
  it('has dense nets, named by what the source calls them', () => {
    const read = netlist(
      technology,
      [
        ['a', 'input', [7, 9]],
        ['y', 'output', [20, '1']],
      ],
      [['g', 'NAND2', { A: 7, B: '1', Y: 20 }]],
    );
    expect(read.ports).toEqual([
      { name: 'a', direction: 'input', bits: [0, 1] },
      { name: 'y', direction: 'output', bits: [2, 'one'] },
    ]);
    expect(read.netNames).toEqual(['a[0]', 'a[1]', 'y[0]']);
    expect(read.instances).toMatchObject([{ name: 'g', inputs: [0, 'one'], outputs: [2] }]);
  });

  it('loads each net with its pins, its wires and the outside', () => {
    const wired = { ...technology, wire: { fixedFf: 0.5, perSinkFf: 0.25, source: '' } };
    const read = netlist(
      wired,
      [
        ['a', 'input', [2]],
        ['y', 'output', [3]],
      ],
      [
        ['g', 'INV', { A: 2, Y: 3 }],
        ['h', 'FA', { A: 2, B: 3, C: '0' }],
      ],
    );
    // one inverter pin and one adder pin; one adder pin and the outside
    expect([...loadsOf(read, wired)]).toEqual([
      1 + 2 + 0.5 + 2 * 0.25,
      2 + wired.conditions.outputLoadFf + 0.5 + 2 * 0.25,
    ]);
  });

  it.each([
    ['{', 'netlist-json'],
    ['{}', 'netlist-module'],
    [yosysJson([], [['g', '$_DLATCH_P_', {}]]), 'netlist-cell'],
    [yosysJson([], [['g', 'INV', { A: '0', Q: 2 }]]), 'netlist-pin'],
    [yosysJson([['a', 'input', [2]]], [['g', 'INV', { A: '0', Y: 2 }]]), 'netlist-drivers'],
    [
      yosysJson(
        [
          ['c', 'input', [2]],
          ['d', 'input', [3]],
        ],
        [
          ['one', 'DFF', { CK: 2, D: 3 }],
          ['two', 'DFF', { CK: 3, D: 2 }],
        ],
      ),
      'netlist-clock',
    ],
    [
      yosysJson(
        [['c', 'input', [2]]],
        [
          ['n', 'INV', { A: 2, Y: 3 }],
          ['q', 'DFF', { CK: 3, D: 2 }],
        ],
      ),
      'netlist-clock',
    ],
  ])('that is not one is refused: %s', (json, code) => {
    const read = readNetlist(json, 'top', technology);
    expect(read.ok).toBe(false);
    expect(read.diagnostics[0]!.code).toBe(code);
  });
});
