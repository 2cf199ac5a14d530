import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { build, lint, replay, stimulus, traceVerilog, verify, type Subject } from '../../src/cosim/index.js';
import { allSamples } from '../../src/flow/index.js';
import { topOf } from '../../src/ir/index.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
const options = { vectors: 200, seed: 5, cache: folder, verilator: true };
const dot = allSamples().find(({ name }) => name === 'dot_4')!;

afterAll(() => rmSync(folder, { recursive: true }));

/** The subject with its Verilog changed, as a fault of the emitter would. */
function withFault(subject: Subject, from: string, to: string): Subject {
  const verilog = subject.emitted.verilog.map((file) => ({ ...file, text: file.text.replace(from, to) }));
  expect(verilog).not.toEqual(subject.emitted.verilog);
  return { ...subject, emitted: { ...subject.emitted, verilog } };
}

describe('verify', () => {
  it('finds a fault in the Verilog and says where it shows first', async () => {
    const made = await verify([withFault(dot, ' + ', ' - ')], options);
    if (!made.ok) throw new Error(made.diagnostics[0]!.message);
    const [verdict] = made.value;
    expect(verdict!.mismatches).toBeGreaterThan(0);
    expect(verdict!.first).toMatchObject({
      subject: 'dot_4',
      between: ['wasm', 'verilator'],
      port: 'y',
      seed: 5,
      suspect: 'the Verilog',
    });
    expect(verdict!.first!.expected).not.toBe(verdict!.first!.found);
    expect(Object.keys(verdict!.first!.inputs)).toEqual(
      topOf(dot.simplified).inputs.map((port) => port.name),
    );
  });

  it('finds a fault in the simulated design', async () => {
    const other = allSamples().find(({ name }) => name === 'dot_3')!;
    const made = await verify([{ ...dot, reference: other.reference!, written: dot.written }], {
      ...options,
      verilator: false,
    });
    expect(made.ok && made.value[0]!.mismatches).toBeGreaterThan(0);
    expect(made.ok && made.value[0]!.first).toMatchObject({
      between: ['wasm', 'reference'],
      suspect: 'the reference or the design as written',
    });
  });

  it('tells what Verilator says of Verilog that does not build', async () => {
    const made = await verify([withFault(dot, 'endmodule', 'endmodul')], options);
    expect(made.ok).toBe(false);
    expect(made.diagnostics[0]).toMatchObject({ code: 'build-failed' });
    expect(made.diagnostics[0]!.message).toMatch(/syntax error/);
  });

  it('writes a waveform with the names of the design', async () => {
    const file = join(folder, 'waves.vcd');
    const traced = await traceVerilog(dot, options, { first: 0, last: 199 }, file);
    expect(traced.ok).toBe(true);
    const waves = readFileSync(file, 'utf8');
    expect(waves).toContain('product_0');
    expect(waves.match(/^#\d+/gm)!.length).toBeGreaterThan(200);
  });
});

describe('build', () => {
  it('finds a program in the cache by its content', async () => {
    const first = await build([dot.emitted], { cache: folder });
    const second = await build([dot.emitted], { cache: folder });
    const other = await build([withFault(dot, ' + ', ' - ').emitted], { cache: folder });
    if (!first.ok || !second.ok || !other.ok) throw new Error('a build failed');
    expect(second.value.program).toBe(first.value.program);
    expect(other.value.program).not.toBe(first.value.program);
    expect(existsSync(first.value.program)).toBe(true);
  });

  it('gives words of every width as they were put in', async () => {
    const model = await build([dot.emitted], { cache: folder });
    if (!model.ok) throw new Error('a build failed');
    const none = await replay(model.value, []);
    expect(none.ok && none.value.rows).toEqual([]);
  });
});

describe('lint', () => {
  it('hears what the linter says', async () => {
    const said = await lint(
      withFault(dot, '  // Outputs', "  wire [3:0] idle = 4'd1;\n  // Outputs").emitted,
    );
    expect(said.ok && said.value.join()).toMatch(/UNUSEDSIGNAL.*idle/);
  });
});

describe('stimulus', () => {
  const { simplified } = dot;
  const module = topOf(simplified);

  it('is the same for the same seed, and another for another', () => {
    expect(stimulus(module, 300, 9, 4)).toEqual(stimulus(module, 300, 9, 4));
    expect(stimulus(module, 300, 8, 4)).not.toEqual(stimulus(module, 300, 9, 4));
  });

  it('has every combination of corners, and words within the ports', () => {
    const { rows, warmUp } = stimulus(module, 300, 9, 4);
    expect(warmUp).toBe(0);
    expect(rows.length).toBe(300);
    for (const row of rows)
      row.forEach((word, i) => expect(word >> BigInt(module.inputs[i]!.width)).toBe(0n));
    const extremes = module.inputs.map((port) => (1n << BigInt(port.width)) - 1n);
    expect(rows).toContainEqual(extremes);
    expect(rows).toContainEqual(extremes.map(() => 0n));
  });

  it('tries every input where there are few', () => {
    const small = topOf(allSamples().find(({ name }) => name === 'relu_0')!.simplified);
    const tried = new Set(stimulus(small, 256, 1, 1).rows.map((row) => row.join()));
    expect(tried.size).toBe(256);
  });

  it('holds the reset at first', () => {
    const mac = topOf(allSamples().find(({ name }) => name === 'mac_0')!.simplified);
    const { rows, warmUp } = stimulus(mac, 50, 1, 6);
    expect(warmUp).toBe(6);
    const reset = mac.inputs.findIndex((port) => port.name === 'rst_n');
    expect(rows.slice(0, 6).map((row) => row[reset])).toEqual(Array.from({ length: 6 }, () => 0n));
    expect(rows.slice(6).some((row) => row[reset] === 1n)).toBe(true);
  });
});
