import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verify, type Subject, type Verdict } from '../../src/cosim/index.js';
import { emit, signalsOf } from '../../src/emit/index.js';
import { formsOf, subjectsOf, wavesOf } from '../../src/flow/index.js';
import type { Design, Node } from '../../src/ir/index.js';
import { built, texts } from './designs.js';
import { readVcd, wordAt } from './vcd.js';

/** The compiled simulation gives a wrong word for the design of this name. */
vi.mock('../../src/cosim/engines.js', async (original) => {
  const real = await original<typeof import('../../src/cosim/engines.js')>();
  return {
    ...real,
    simulateRows: (design: Design, rows: readonly (readonly bigint[])[]) =>
      real
        .simulateRows(design, rows)
        .map((row, cycle) =>
          design.top === 'in_simulation' && cycle > 90 ? row.map((word) => word ^ 1n) : row,
        ),
  };
});

const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(cache, { recursive: true }));
const options = { vectors: 400, seed: 7, cache, verilator: true };
const verilator = spawnSync('verilator', ['--version']).status === 0;

const design = (name: string) => built(texts.pipelined.replace('pipelined', name));

/** The design with the sum that goes into its register made a difference. */
function faulty(from: Design): Design {
  let changed = 0;
  const turn = (node: Node): Node => {
    if (node.kind !== 'binary' || node.op !== 'add' || node.width !== 24) return node;
    changed++;
    return { ...node, op: 'sub' };
  };
  const modules = from.modules.map((module) => ({ ...module, nodes: module.nodes.map(turn) }));
  expect(changed).toBe(1);
  return { ...from, modules };
}

function inVerilog(): Subject {
  const subject = subjectsOf(design('in_verilog'))[0]!;
  const verilog = subject.emitted.verilog.map((file) => ({
    ...file,
    text: file.text.replace('acc_q + {', 'acc_q - {'),
  }));
  expect(verilog).not.toEqual(subject.emitted.verilog);
  return { ...subject, emitted: { ...subject.emitted, verilog } };
}

function inSimplifying(): Subject {
  const right = design('in_simplifying');
  const wrong = formsOf(faulty(right.simplified));
  return { ...subjectsOf(wrong)[0]!, written: right.written };
}

function inPipelining(): Subject {
  const right = design('in_pipelining');
  const wrong = faulty(right.optimised);
  const emitted = emit(wrong, { version: '0.0.0' });
  return { ...subjectsOf(right)[0]!, emitted, signals: () => signalsOf(wrong) };
}

describe.skipIf(!verilator)('a fault planted in one form', () => {
  const subjects = [
    inVerilog(),
    inSimplifying(),
    inPipelining(),
    subjectsOf(design('in_simulation'))[0]!,
    subjectsOf(design('nowhere'))[0]!,
  ];
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    const made = await verify(subjects, options);
    if (!made.ok) throw new Error(made.diagnostics[0]!.message);
    verdicts = made.value;
  });

  it.each([
    ['in_verilog', 'the Verilog', ['verilator']],
    ['in_simplifying', 'the passes that simplify', ['interpreter']],
    ['in_pipelining', 'the pipelining', ['verilator']],
    ['in_simulation', 'the compiled simulation', ['interpreter', 'verilator']],
  ])('%s is found and named', (name, suspect, engines) => {
    const verdict = verdicts.find(({ subject }) => subject === name)!;
    expect(verdict.mismatches).toBeGreaterThan(0);
    expect(Object.keys(verdict.differing).sort()).toEqual(engines);
    expect(verdict.first).toMatchObject({ subject: name, suspect });
  });

  it('nowhere is found nowhere', () => {
    const verdict = verdicts.find(({ subject }) => subject === 'nowhere')!;
    expect(verdict).toMatchObject({ mismatches: 0, differing: {} });
    expect(verdict).not.toHaveProperty('first');
  });

  it('shows in the waveforms at the cycle that is named: wrong in the Verilog, right in the design', async () => {
    const first = verdicts.find(({ subject }) => subject === 'in_verilog')!.first!;
    const waves = await wavesOf(subjects, first, options, 'vcd');
    if (!waves.ok) throw new Error(waves.diagnostics[0]!.message);
    const { files, cycle } = waves.value;
    expect(files.map(({ name }) => name)).toEqual([
      'in_verilog-seed7.rtl.vcd',
      'in_verilog-seed7.rtl.gtkw',
      'in_verilog-seed7.sim.vcd',
      'in_verilog-seed7.sim.gtkw',
    ]);
    expect(cycle).toBe(first.cycle + 2);
    const textOf = (k: number): string => Buffer.from(files[k]!.text).toString('utf8');
    const time = 10 * cycle!;
    expect(first.port).toBe('y');
    expect(wordAt(readVcd(textOf(0)), 'TOP.bench.u_m0.y_o', time)).toBe(BigInt(first.found));
    expect(wordAt(readVcd(textOf(2)), 'in_verilog.y_o', time)).toBe(BigInt(first.expected));
    expect(textOf(1)).toContain('[dumpfile] "in_verilog-seed7.rtl.vcd"');
    expect(textOf(1)).toMatch(new RegExp(`^\\*-4\\.0+ ${time} -1`, 'm'));
    expect(textOf(1)).toContain('[color] 1\n@22\nTOP.bench.u_m0.y_o[23:0]\n');
  });
});
