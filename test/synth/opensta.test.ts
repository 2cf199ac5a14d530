import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { costOfNetlist, defaultInputs, randomStimulus } from '../../src/cost/index.js';
import {
  clockNets,
  compileGates,
  parseTechnology,
  renderLiberty,
  renderNetlist,
  simulateGates,
  synthesize,
  type Netlist,
  type Technology,
} from '../../src/synth/index.js';

const isThere = spawnSync('sta', ['-version']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'bitloom-sta-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const periodPs = 100_000;

const designs = {
  mac: 'input clk_i, input signed [5:0] a_i, input signed [5:0] b_i, output reg signed [15:0] y_o); always @(posedge clk_i) y_o <= y_o + a_i * b_i;',
  shift:
    'input clk_i, input signed [15:0] a_i, input [3:0] b_i, output reg [15:0] y_o); always @(posedge clk_i) y_o <= a_i >>> b_i;',
};

/** The technology without wires, as OpenSTA is not told of any. */
function technology(name: string): Technology {
  const read = parseTechnology(name, readFileSync(`tech/${name}.json`, 'utf8'));
  if (!read.ok) throw new Error(name);
  return { ...read.value, wire: { fixedFf: 0, perSinkFf: 0, source: 'none' } };
}

async function mapped(top: string, text: string, tech: Technology): Promise<Netlist> {
  const made = await synthesize({ files: { 'top.v': `module ${top} (${text} endmodule` }, top }, tech);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value.netlist;
}

/** Runs OpenSTA; `changes` are transitions of each net in a cycle. Power in fJ a cycle, leakage in nW. */
function opensta(netlist: Netlist, tech: Technology, changes: (net: number) => number) {
  writeFileSync(join(folder, 'cells.lib'), renderLiberty(tech, true));
  writeFileSync(join(folder, 'netlist.v'), renderNetlist(netlist, tech));
  const { inputSlewPs, clockSlewPs, outputLoadFf } = tech.conditions;
  const activity = (where: string, net: number): string =>
    `set_power_activity ${where} -activity ${changes(net)} -duty 0.5`;
  const clocks = clockNets(netlist);
  const data = netlist.ports
    .filter(({ direction }) => direction === 'input')
    .flatMap((port) => port.bits.map((bit, k) => ({ bit, name: `${port.name}_${k}` })))
    .filter(({ bit }) => !clocks.has(bit));
  const script = [
    'read_liberty cells.lib',
    'read_verilog netlist.v',
    `link_design ${netlist.name}`,
    `create_clock -period ${periodPs} [get_ports clk_i_0]`,
    `set_clock_transition ${clockSlewPs} [all_clocks]`,
    `set_input_transition ${inputSlewPs} [all_inputs]`,
    `set_input_delay 0 -clock clk_i_0 [list ${data.map(({ name }) => `[get_ports ${name}]`).join(' ')}]`,
    'set_output_delay 0 -clock clk_i_0 [all_outputs]',
    `set_load ${outputLoadFf} [all_outputs]`,
    ...data.map(({ bit, name }) => activity(`-input_port ${name}`, bit as number)),
    ...netlist.instances.flatMap(({ cell, outputs }, k) =>
      cell.outputs.map((pin, at) => {
        const net = outputs[at] ?? outputs.find((one) => one !== undefined);
        return activity(`-pins g${k}/${pin.name}`, net!);
      }),
    ),
    'report_worst_slack',
    'report_power -digits 6',
  ];
  writeFileSync(join(folder, 'run.tcl'), script.join('\n'));
  const { stdout, stderr } = spawnSync('sta', ['-no_splash', '-exit', 'run.tcl'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const slack = /worst slack\s+(\S+)/.exec(stdout);
  const total = /^Total\s+(\S+)\s+(\S+)\s+(\S+)/m.exec(stdout);
  if (!slack || !total) throw new Error(stdout + stderr);
  const perCycle = (watts: string): number => Number(watts) * periodPs * 1e3;
  return {
    delayPs: periodPs - Number(slack[1]),
    internalFj: perCycle(total[1]!),
    switchingFj: perCycle(total[2]!),
    leakageNw: Number(total[3]) * 1e9,
  };
}

/** How often this version of OpenSTA counts the energy of a clock pin: 2.0.17 does so twice, see docs/cost.md. */
async function clockFactor(tech: Technology): Promise<number> {
  const netlist = await mapped(
    'one',
    'input clk_i, input a_i, output reg y_o); always @(posedge clk_i) y_o <= a_i;',
    tech,
  );
  const clockFj = netlist.instances.reduce(
    (sum, { cell }) =>
      sum + (cell.flipFlop ? 2 * cell.inputs.find(({ name }) => name === cell.flipFlop!.clock)!.energyFj : 0),
    0,
  );
  return opensta(netlist, tech, () => 0).internalFj / clockFj;
}

describe.skipIf(!isThere)('OpenSTA on the same netlist and library', () => {
  it.each(['asap7', 'freepdk45', 'sg13g2', 'sky130'])('agrees in delay and leakage in %s', async (name) => {
    const tech = technology(name);
    const factor = await clockFactor(tech);
    expect(
      [1, 2].some((one) => Math.abs(one - factor) < 0.02),
      `${factor}`,
    ).toBe(true);
    for (const [top, text] of Object.entries(designs)) {
      const netlist = await mapped(top, text, tech);
      const gates = compileGates(netlist);
      const cost = costOfNetlist({ netlist, verilog: '', yosys: '', effort: {} }, tech);
      if (!gates.ok || !cost.ok) throw new Error(top);
      const { seed, cycles, streams } = defaultInputs;
      const run = simulateGates(gates.value, randomStimulus(netlist, seed, cycles, streams));
      const theirs = opensta(netlist, tech, (net) => run.toggles[net]! / run.steps);
      const { delayPs, leakageNw } = cost.value;
      expect(delayPs / theirs.delayPs, `${top} delay`).toBeCloseTo(1, 1);
      expect(Math.abs(delayPs / theirs.delayPs - 1), `${top} delay`).toBeLessThan(0.1);
      expect(Math.abs(leakageNw / theirs.leakageNw - 1), `${top} leakage`).toBeLessThan(0.01);
    }
  });
});
