import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costOf, costOfNetlist, randomStimulus, type Inputs } from '../../src/cost/index.js';
import { loadsOf, parseTechnology, type Synthesis } from '../../src/synth/index.js';
import { netlist } from '../synth/circuit.js';
import { smallTechnology } from '../synth/small.js';

const technology = smallTechnology();

function cost(synthesis: Synthesis, inputs: Inputs) {
  const result = costOfNetlist(synthesis, technology, inputs);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}

/** NAND2 of both inputs into a register. */
const circuit = netlist(
  technology,
  [
    ['clk_i', 'input', [2]],
    ['x', 'input', [3, 4]],
    ['y', 'output', [6]],
  ],
  [
    ['g', 'NAND2', { A: 3, B: 4, Y: 5 }],
    ['q', 'DFF', { CK: 2, D: 5, QN: 6 }],
  ],
);
const synthesis: Synthesis = { netlist: circuit, verilog: '', yosys: 'none', effort: {} };
const x = [0n, 3n, 2n, 3n, 3n].map((word) => [word]);
const given: Inputs = { kind: 'given', source: 'by hand', stimulus: { cycles: 5, streams: 1, words: { x } } };

describe('the cost of a netlist', () => {
  it('adds up energy by hand', () => {
    const found = cost(synthesis, given);
    const loads = loadsOf(circuit, technology);
    // NAND: 1 0 1 0 0; its register, one later and inverted: 0 0 1 0 1; x[0]: 0 1 0 1 1, x[1]: 0 1 1 1 1
    const [nand, register, x0] = [3, 3, 3];
    const half = (0.5 * 2 ** 2) / 4;
    const [, , , y, gate] = loads;
    expect(found.energy.switchingFj).toBeCloseTo(half * (nand * gate! + register * y!));
    // NAND2 takes 7 within for each transition and 6 for each of A; the register takes none
    expect(found.energy.internalFj).toBeCloseTo((nand * 7 + x0 * 6) / 4);
    // the clock: two transitions of a net of 1 fF, and 3 fJ within for each
    expect(found.energy.clockFj).toBeCloseTo(2 * 0.5 * 2 ** 2 * 1 + 2 * 3);
    expect(found.energyFjPerCycle).toBeCloseTo(
      found.energy.switchingFj + found.energy.internalFj + found.energy.clockFj,
    );
  });

  it('adds up area and leakage, and breaks them down', () => {
    const found = cost(synthesis, given);
    expect(found).toMatchObject({ areaUm2: 8, leakageNw: 1.5, cells: 2 });
    expect(found.breakdown).toEqual([
      { by: 'kind', name: 'sequential', cells: 1, areaUm2: 6, leakageNw: 0.8 },
      { by: 'kind', name: 'combinational', cells: 1, areaUm2: 2, leakageNw: 0.7 },
    ]);
  });

  it('says which share of the inputs was driven', () => {
    expect(cost(synthesis, given).activity).toEqual({
      source: 'by hand',
      annotatedPercent: 100,
      unannotated: [],
      vectors: 5,
      seed: null,
    });
    const silent: Inputs = { kind: 'given', source: 'none', stimulus: { cycles: 5, streams: 1, words: {} } };
    expect(cost(synthesis, silent).activity).toMatchObject({ annotatedPercent: 0, unannotated: ['x'] });
    expect(cost(synthesis, silent).energy.switchingFj).toBeLessThan(
      cost(synthesis, given).energy.switchingFj,
    );
  });

  it('drives every input but the clock at random, the same for the same seed', () => {
    const stimulus = randomStimulus(circuit, 3, 20, 40);
    expect(Object.keys(stimulus.words)).toEqual(['x']);
    expect(randomStimulus(circuit, 3, 20, 40)).toEqual(stimulus);
    expect(randomStimulus(circuit, 4, 20, 40)).not.toEqual(stimulus);
  });

  it('says what is spent on wires and in registers, and adds a model of the clock tree and leakage', () => {
    const { energy, delayPs } = cost(synthesis, given);
    // of 4 fF for a cell's net, wires of this library are none
    expect(energy.wiresFj).toBe(0);
    const wired = { ...technology, wire: { fixedFf: 1, perSinkFf: 2, source: 'by hand' } };
    const found = costOfNetlist(synthesis, wired, given);
    // NAND and register: 3 transitions each in 4 steps; the clock two a cycle; one sink each
    const half = 0.5 * 2 ** 2;
    expect(found.ok && found.value.energy.wiresFj).toBeCloseTo(half * 3 * (3 / 4 + 3 / 4 + 2));
    const loads = loadsOf(circuit, technology);
    expect(energy.registersFj).toBeCloseTo(energy.clockFj + half * (3 / 4) * loads[3]!);
    expect(energy.leakageFj).toBeCloseTo(1.5 * delayPs * 1e-6);
    expect(energy.clockTreeFj).toBe(0);
  });

  it('says whether a clock is met', () => {
    const at = (clockPs: number) => {
      const found = costOfNetlist(synthesis, technology, given, clockPs);
      return found.ok ? found.value : undefined;
    };
    const { delayPs } = cost(synthesis, given);
    expect(at(delayPs + 5)!.clock).toEqual({ targetPs: delayPs + 5, slackPs: 5, met: true });
    expect(at(delayPs - 5)!.clock).toMatchObject({ slackPs: -5, met: false });
    expect(at(1000)!.energy.leakageFj).toBeCloseTo(1.5e-3);
  });

  it('changes bits of random words with the chance it is told', () => {
    const words = randomStimulus(circuit, 3, 200, 40, 0.1).words['x']!;
    let changes = 0;
    for (let cycle = 1; cycle < 200; cycle++)
      words[cycle]!.forEach((word, stream) => {
        const change = word ^ words[cycle - 1]![stream]!;
        changes += Number(change & 1n) + Number(change >> 1n);
      });
    expect(changes / (199 * 40 * 2)).toBeCloseTo(0.1, 1);
    expect(changes / (199 * 40 * 2)).toBeLessThan(0.11);
  });

  it('is null in frequency where there is no path', () => {
    const tied = netlist(technology, [['y', 'output', [2]]], [['t', 'TIE', { H: 2 }]]);
    expect(cost({ ...synthesis, netlist: tied }, given)).toMatchObject({
      delayPs: 0,
      fmaxMhz: null,
      areaUm2: 1,
    });
  });
});

describe('the cost of Verilog', () => {
  const files = {
    'top.v': `module top (input clk_i, input [7:0] a_i, output reg [7:0] y_o);
      wire [7:0] s; part one (.a(a_i), .y(s)); always @(posedge clk_i) y_o <= s ^ a_i;
    endmodule`,
    'part.v': 'module part (input [7:0] a, output [7:0] y); assign y = a + {a[3:0], a[7:4]}; endmodule',
  };
  const asap7 = parseTechnology('asap7.json', readFileSync('tech/asap7.json', 'utf8'));

  it('names the source of every figure, and the instances where the hierarchy is kept', async () => {
    if (!asap7.ok) throw new Error('asap7');
    const found = await costOf({ files, top: 'top' }, asap7.value, { effort: { hierarchy: true } });
    if (!found.ok) throw new Error(JSON.stringify(found.diagnostics));
    const figures = found.value.sources.map((one) => one.figure);
    expect(figures).toEqual(['areaUm2', 'delayPs', 'leakageNw', 'energyFjPerCycle', 'energy.clockTreeFj']);
    for (const source of found.value.sources) {
      expect(source.from).toMatch(/ASAP7.*0\.7 V/);
      if (source.origin !== 'modelled') expect(source.from).toMatch(/Yosys 0\.\d+/);
    }
    const parts = found.value.breakdown.filter((share) => share.by === 'instance');
    expect(parts.map((share) => share.name).sort()).toEqual(['(top)', 'one']);
    expect(parts.reduce((sum, share) => sum + share.areaUm2, 0)).toBeCloseTo(found.value.areaUm2);
    expect(JSON.parse(JSON.stringify(found.value))).toEqual(found.value);
  });

  it('passes faults on', async () => {
    if (!asap7.ok) throw new Error('asap7');
    const found = await costOf({ files: { 'a.v': 'module' }, top: 'top' }, asap7.value);
    expect(found.ok).toBe(false);
  });
});
