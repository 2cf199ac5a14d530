import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EmittedFile } from '../../src/emit/index.js';
import { testbenchOf, wrapAxis, type Built } from '../../src/flow/index.js';
import { hasIcarus } from '../fuzz/icarus.js';
import { built, texts } from './designs.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function wrapped(text: string): Built {
  const made = wrapAxis(built(text));
  if (!made.ok) throw new Error(made.diagnostics[0]!.message);
  return made.value;
}

const subjects: Record<string, Built> = {
  ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, built(text)])),
  'pipelined behind AXI4-Stream': wrapped(texts.pipelined),
  'joined behind AXI4-Stream': wrapped(texts.joined),
};

interface Ran {
  readonly code: number | null;
  readonly said: string;
}

let count = 0;

/** Writes a design and its testbench into a folder of their own. */
function written(subject: Built, turn: (file: EmittedFile) => string): string {
  const here = mkdtempSync(join(folder, `${count++}-`));
  const { verilog, others } = subject.emitted;
  for (const file of [...verilog, ...others, ...testbenchOf(subject, { vectors: 300, seed: 2 })])
    writeFileSync(join(here, file.name), turn(file));
  return here;
}

function underIcarus(subject: Built, turn: (file: EmittedFile) => string = ({ text }) => text): Ran {
  const cwd = written(subject, turn);
  const { top } = subject.emitted;
  execFileSync('iverilog', ['-g2012', '-Wall', '-o', 'bench', '-f', `${top}.f`, `${top}_tb.sv`], { cwd });
  const ran = spawnSync('vvp', ['-n', 'bench'], { cwd, encoding: 'utf8' });
  return { code: ran.status, said: ran.stdout + ran.stderr };
}

/** A change in the Verilog of one file that must be there to be made. */
function planted(name: string, from: string | RegExp, to: string): (file: EmittedFile) => string {
  return (file) => {
    if (file.name !== name) return file.text;
    const text = file.text.replace(from, to);
    expect(text).not.toBe(file.text);
    return text;
  };
}

describe.skipIf(!hasIcarus())('testbenches under Icarus Verilog', () => {
  it.each(Object.keys(subjects))('%s passes', (name) => {
    const { code, said } = underIcarus(subjects[name]!);
    expect(said).toMatch(/^PASS \w+: \d\d+ (rows|words out) compared/m);
    expect(code).toBe(0);
  });

  it('a wrong sum is found, with cycle, port and words', () => {
    const { code, said } = underIcarus(subjects['pipelined']!, planted('pipelined.v', 'acc_q +', 'acc_q -'));
    expect(said).toMatch(/FAIL at cycle \d+, row \d+: y_o is [0-9a-f]{6}, but [0-9a-f]{6} is due/);
    expect(said).toMatch(/FAIL pipelined: \d+ mismatches, the first at cycle \d+/);
    expect(code).not.toBe(0);
  });

  it('a register less is found', () => {
    const { code } = underIcarus(
      subjects['pipelined']!,
      planted('pipelined.v', /(\w+_s2_q) <= (\w+_s1_q)/, '$1 <= $2 ^ 1'),
    );
    expect(code).not.toBe(0);
  });

  it('a wrong word of a stream is found', () => {
    const { code, said } = underIcarus(
      subjects['sums']!,
      planted('sums.v', 'assign y_o = ', "assign y_o = 13'd1 ^ "),
    );
    expect(said).toMatch(/FAIL at cycle \d+, word 0: y_o is [0-9a-f]+, but [0-9a-f]+ is due/);
    expect(code).not.toBe(0);
  });

  it('a word that is withdrawn is found', () => {
    const { code, said } = underIcarus(
      subjects['sums']!,
      planted('sums.v', /assign y_valid_o = (\w+);/, 'assign y_valid_o = $1 & (part_valid_i | y_ready_i);'),
    );
    expect(said).toMatch(/FAIL at cycle \d+: y changed or withdrew the word \d+/);
    expect(code).not.toBe(0);
  });

  it('a word that is lost is found', () => {
    const { code } = underIcarus(
      subjects['sums']!,
      planted('sums.v', /wire y_push = (\w+) & (\w+);/, 'wire y_push = $1 & $2 & y_ready_i;'),
    );
    expect(code).not.toBe(0);
  });

  it('a design that hangs is found', () => {
    const { code, said } = underIcarus(
      subjects['sums']!,
      planted('sums.v', /assign part_ready_o = \w+;/, "assign part_ready_o = 1'b0;"),
    );
    expect(said).toMatch(/FAIL sums: no word moves any more; 0 of/);
    expect(code).not.toBe(0);
  });

  it.each(['pipelined', 'sums'])('%s does not pass without its files', (name) => {
    const subject = subjects[name]!;
    const { code } = underIcarus(subject, ({ name: file, text }) => (file.endsWith('.hex') ? '' : text));
    expect(code).not.toBe(0);
  });
});

function hasVerilator(): boolean {
  return spawnSync('verilator', ['--version']).status === 0;
}

function underVerilator(subject: Built, turn: (file: EmittedFile) => string = ({ text }) => text): Ran {
  const cwd = written(subject, turn);
  const { top } = subject.emitted;
  const args = ['--binary', '-O0', '--top-module', `${top}_tb`, '-f', `${top}.f`, `${top}_tb.sv`];
  execFileSync('verilator', args, { cwd, stdio: 'pipe' });
  const ran = spawnSync(join(cwd, 'obj_dir', `V${top}_tb`), { cwd, encoding: 'utf8' });
  return { code: ran.status, said: ran.stdout + ran.stderr };
}

describe.skipIf(!hasVerilator())('testbenches under Verilator', () => {
  it('a design of cycles passes', () => {
    const { code, said } = underVerilator(subjects['unreset']!);
    expect(said).toMatch(/PASS unreset: 512 rows compared/);
    expect(code).toBe(0);
  });

  it('a wrong word of a stream behind AXI4-Stream is found', () => {
    const name = 'pipelined behind AXI4-Stream';
    const { code, said } = underVerilator(
      subjects[name]!,
      planted('pipelined_axis.v', '= out_valid', '= ~out_valid'),
    );
    expect(said).toMatch(/FAIL at cycle/);
    expect(code).not.toBe(0);
  });
});
