import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { randomStimulus } from '../../src/cost/index.js';
import { stuckClasses } from '../../src/robust/gates/collapse.js';
import { strikeInjector, stuckInjector } from '../../src/robust/gates/inject.js';
import { withBranches } from '../../src/robust/gates/sites.js';
import { struckNetwork } from '../../src/robust/gates/strike.js';
import { faultCampaign } from '../../src/robust/index.js';
import { bitNetwork, type Instance, type Netlist } from '../../src/synth/index.js';
import { netlist } from '../synth/circuit.js';
import { smallTechnology } from '../synth/small.js';
import { slowOutputs, slowLines, type Broken } from './gates-slow.js';

const technology = smallTechnology();
const cycles = 36;

type Cells = Parameters<typeof netlist>[2] extends readonly (infer One)[] ? One[] : never;

/** Random gates over four inputs and two flip-flops, which feed back; some nets drive several pins, some none. */
function circuit(seed: number): Netlist {
  const source = random(seed);
  const nets: number[] = [3, 4, 5, 6, 7, 8];
  const cells: [string, string, Record<string, number | string>][] = [];
  const pick = (): number => nets[source.below(nets.length)]!;
  for (let k = 0; k < 12; k++) {
    const [y, z] = [10 + 2 * k, 11 + 2 * k];
    const kind = source.below(4);
    if (kind === 0) cells.push([`g${k}`, 'INV', { A: pick(), Y: y }]);
    else if (kind === 3) cells.push([`g${k}`, 'FA', { A: pick(), B: pick(), C: pick(), SN: y, CON: z }]);
    else cells.push([`g${k}`, 'NAND2', { A: pick(), B: source.below(6) === 0 ? '1' : pick(), Y: y }]);
    nets.push(y, ...(kind === 3 ? [z] : []));
  }
  cells.push(['q', 'DFF', { CK: 2, D: pick(), QN: 7 }]);
  cells.push(['r', 'DFFR', { CK: 2, D: pick(), RN: 9, Q: 8 }]);
  return netlist(
    technology,
    [
      ['clk_i', 'input', [2]],
      ['x', 'input', [3, 4, 5, 6]],
      ['rst_ni', 'input', [9]],
      ['y', 'output', [pick(), nets.at(-1)!, 7]],
      ['z', 'output', [nets.at(-1)!, pick()]],
    ],
    cells as Cells,
  );
}

function campaign(circuit: Netlist, samples: number, multiples: readonly number[] = []) {
  const stimulus = randomStimulus(circuit, 5, cycles, 1);
  const found = faultCampaign(circuit, { stimulus, warmUp: 2, tail: 3, samples, seed: 1, multiples });
  if (!found.ok) throw new Error(JSON.stringify(found.diagnostics));
  return found.value;
}

/** In how many cycles the broken circuit gives something else. */
function slowly(circuit: Netlist): (broken: Broken) => number {
  const stimulus = randomStimulus(circuit, 5, cycles, 1);
  const good = slowOutputs(circuit, stimulus);
  return (broken) =>
    slowOutputs(circuit, stimulus, broken).filter((word, cycle) => word !== good[cycle]).length;
}

function networkOf(circuit: Netlist) {
  const network = bitNetwork(circuit);
  if (!network.ok) throw new Error(JSON.stringify(network.diagnostics));
  return network.value;
}

function classNames(circuit: Netlist) {
  const sites = withBranches(circuit);
  return stuckClasses(sites, networkOf(sites.netlist)).map(({ faults, isHarmless }) => [
    isHarmless,
    faults.map(({ site, value }) => `${sites.sites[site]!.name}/${value}`).join(' '),
  ]);
}

describe('stuck lines', () => {
  it('are detected as a plain evaluation of the broken circuit says, one fault after the other', () => {
    for (const seed of [1, 2, 3, 4]) {
      const broken = circuit(seed);
      const slow = slowly(broken);
      const { stuck } = campaign(broken, 1);
      const lines = slowLines(broken);
      expect(stuck.sites).toBe(lines.length);
      const wrong = lines.flatMap((line) =>
        ([0, 1] as const).map((value) => slow({ stuck: [{ line, value }] })),
      );
      expect(stuck.faults).toBe(wrong.length);
      expect(stuck.detected).toBe(wrong.filter((count) => count > 0).length);
      const masked = 1 - wrong.reduce((sum, count) => sum + count, 0) / (wrong.length * cycles);
      expect(stuck.masking).toBeCloseTo(masked, 12);
      expect(stuck.classes + stuck.harmless).toBeLessThan(stuck.faults);
      expect(stuck.undetected).toHaveLength(Math.min(20, stuck.faults - stuck.detected - stuck.harmless));
    }
  });

  it('several at once do what a plain evaluation says', () => {
    const broken = circuit(5);
    const slow = slowly(broken);
    const sites = withBranches(broken);
    const nets = broken.netNames
      .map((_, net) => net)
      .filter((net) => sites.sites.some((one) => one.net === net));
    const source = random(3);
    const trials = Array.from({ length: 150 }, () =>
      [0, 1, 2].map(() => ({
        net: nets[source.below(nets.length)]!,
        value: source.below(2) as 0 | 1,
      })),
    ).filter((faults) => new Set(faults.map(({ net }) => net)).size === 3);
    const stimulus = randomStimulus(broken, 5, cycles, 1);
    const shown = stuckInjector(networkOf(sites.netlist), stimulus, nets)(trials);
    expect(shown.map((one) => one.cycles)).toEqual(
      trials.map((faults) =>
        slow({ stuck: faults.map(({ net, value }) => ({ line: { kind: 'net', net }, value })) }),
      ),
    );
  });

  it('that no input can tell apart are one class, as cells compute them', () => {
    const chain = netlist(
      technology,
      [
        ['x', 'input', [2, 3]],
        ['y', 'output', [6]],
      ],
      [
        ['nand', 'NAND2', { A: 2, B: 3, Y: 4 }],
        ['inv', 'INV', { A: 4, Y: 5 }],
        ['last', 'NAND2', { A: 5, B: '1', Y: 6 }],
      ],
    );
    expect(classNames(chain)).toEqual([
      [false, 'x[0]/0 x[1]/0 nand.Y/1 inv.Y/0 last.Y/1'],
      [false, 'x[0]/1'],
      [false, 'x[1]/1'],
      [false, 'nand.Y/0 inv.Y/1 last.Y/0'],
    ]);
    // A constant at the last gate hides all that lies in front of it.
    const hidden = chain.instances.map((one) =>
      one.name === 'last' ? { ...one, inputs: [one.inputs[0]!, 'zero' as const] } : one,
    );
    expect(classNames({ ...chain, instances: hidden })).toEqual([
      [true, 'x[0]/0 x[1]/0 nand.Y/0 nand.Y/1 inv.Y/0 inv.Y/1 last.Y/1'],
      [false, 'x[0]/1'],
      [false, 'x[1]/1'],
      [false, 'last.Y/0'],
    ]);
  });
});

describe('flips of one cycle', () => {
  it('of every cell and state in every cycle do what a plain evaluation says', () => {
    const broken = circuit(6);
    const slow = slowly(broken);
    const struck = struckNetwork(broken, networkOf(broken));
    const places = broken.instances.flatMap((instance): (number | Instance)[] =>
      instance.cell.flipFlop ? [instance] : instance.outputs.filter((net) => net !== undefined),
    );
    expect(struck.targets).toHaveLength(places.length);
    const all = places.flatMap((at, target) =>
      Array.from({ length: 12 }, (_, k) => ({ at, select: struck.selects[target]!, cycle: 3 * k })),
    );
    const stimulus = randomStimulus(broken, 5, cycles, 1);
    const shown = strikeInjector(
      struck,
      stimulus,
    )(all.map(({ select, cycle }) => ({ cycle, selects: [select] })));
    const expected = all.map(({ at, cycle }) => slow({ flips: [{ at, cycle }] }));
    expect(shown.map((one) => one.cycles)).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(2);
  });
});

describe('a flipped state', () => {
  it('stays wrong in a flip-flop that makes its next state of it', () => {
    const plain = netlist(
      technology,
      [
        ['clk_i', 'input', [2]],
        ['x', 'input', [3]],
        ['y', 'output', [4]],
      ],
      [['q', 'DFFR', { CK: 2, D: 3, RN: '1', Q: 4 }]],
    );
    const toggling = plain.instances.map((one) => ({
      ...one,
      cell: { ...one.cell, flipFlop: { ...one.cell.flipFlop!, nextState: 'IQ ^ D' } },
    }));
    const inCycle4 = (circuit: Netlist): number => {
      const struck = struckNetwork(circuit, networkOf(circuit));
      const inject = strikeInjector(struck, randomStimulus(circuit, 5, 10, 1));
      return inject([{ cycle: 4, selects: struck.selects }])[0]!.cycles;
    };
    expect(inCycle4(plain)).toBe(1);
    expect(inCycle4({ ...plain, instances: toggling })).toBe(6);
  });
});

describe('a campaign', () => {
  it('adds up over modules, kinds and outputs, and is the same again', () => {
    const whole = circuit(7);
    const parts = {
      ...whole,
      instances: whole.instances.map((one, k) => ({ ...one, module: k % 3 === 0 ? 'a' : 'b' })),
    };
    const report = campaign(parts, 300, [2, 5]);
    expect(campaign(parts, 300, [2, 5])).toEqual(report);
    const { stuck, transient, multiple } = report;
    const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
    expect(stuck.modules.map(({ name }) => name)).toEqual(['a', 'b', 'top']);
    expect(sum(stuck.modules.map(({ faults }) => faults))).toBe(stuck.faults);
    expect(sum(stuck.modules.map(({ detected }) => detected))).toBe(stuck.detected);
    for (const groups of [transient.kinds, transient.modules]) {
      expect(sum(groups.map(({ trials }) => trials))).toBe(300);
      expect(sum(groups.map(({ shown }) => shown))).toBe(transient.shown);
    }
    for (const { shownBy, bits } of [...stuck.outputs, ...transient.outputs]) {
      expect(shownBy).toBeGreaterThanOrEqual(Math.max(...bits));
      expect(shownBy).toBeLessThanOrEqual(sum(bits));
    }
    expect(multiple.map(({ faults }) => faults)).toEqual([2, 5]);
    // more faults at once are seen more often
    expect(multiple[1]!.stuck.shown).toBeGreaterThan(multiple[0]!.stuck.shown);
    expect(multiple[0]!.stuck.shown / 300).toBeGreaterThan(stuck.coverage);
    expect(multiple[1]!.transient.shown).toBeGreaterThan(transient.shown);
  });

  it('counts wide outputs bit by bit', () => {
    const bits = Array.from({ length: 40 }, (_, k) => 2 + k);
    const wide = netlist(
      technology,
      [
        ['x', 'input', bits],
        ['y', 'output', bits.map((bit) => bit + 100)],
      ],
      bits.map((bit) => [`g${bit}`, 'INV', { A: bit, Y: bit + 100 }] as const),
    );
    const { stuck, transient } = campaign(wide, 500);
    // each bit shows the two values of its inverter, before and behind it
    expect(stuck.outputs).toEqual([{ name: 'y', shownBy: 160, bits: bits.map(() => 4) }]);
    expect(stuck).toMatchObject({ faults: 160, classes: 80, detected: 160, coverage: 1 });
    expect(transient).toMatchObject({ targets: 40, shown: 500, masking: 0 });
    expect(Math.min(...transient.outputs[0]!.bits)).toBeGreaterThan(0);
  });
});
