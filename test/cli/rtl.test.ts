import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bitloom } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = 'examples/dot-int8.dp';

function file(name: string, contents: string): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

describe('emit', () => {
  it('--wrap axis --testbench writes the wrapper, its description and its bench', () => {
    const out = join(folder, 'axis');
    const args = ['emit', example, '-p', 'lanes=2', '--wrap', 'axis', '--testbench', '--vectors', '50'];
    const ran = bitloom([...args, '-o', out, '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    const { top, files, ports } = JSON.parse(ran.stdout) as {
      top: string;
      files: string[];
      ports: { verilog: string }[];
    };
    expect(top).toBe('dot_int8_axis');
    expect(ports.map((port) => port.verilog)).toEqual(
      expect.arrayContaining(['s_axis_tdata', 's_axis_tlast', 'm_axis_tkeep', 'm_axis_tvalid']),
    );
    expect(files.map((name) => name.slice(out.length + 1))).toEqual(
      expect.arrayContaining(['component.xml', 'dot_int8_axis_tb.sv', 'dot_int8_axis_tb_m_axis.hex']),
    );
    expect(readdirSync(out).length).toBe(files.length);
    const manifest = JSON.parse(readFileSync(join(out, 'dot_int8_axis.json'), 'utf8')) as {
      axis: { name: string; tdataBits: number }[];
    };
    expect(manifest.axis.map(({ name, tdataBits }) => [name, tdataBits])).toEqual([
      ['s_axis', 48],
      ['m_axis', 32],
    ]);
  });

  it('--wrap axis says why a design cannot be wrapped', () => {
    const silent = file('silent.dp', 'datapath silent() {\n  out y = 1\n}\n');
    const ran = bitloom(['emit', silent, '--wrap', 'axis', '-o', join(folder, 'never')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/`silent` has no inputs, so there are no words to hand over/);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('refuses a bus that it does not know', () => {
    expect(bitloom(['emit', example, '--wrap', 'apb']).code).toBe(2);
  });
});

describe('sim', () => {
  const inputs = file('in.json', JSON.stringify({ a: [[1, 2]], b: [[3, 4]], first: [1], valid: [1] }));
  const args = ['sim', example, '-p', 'lanes=2', '--in', inputs];

  it('writes a waveform and the activity, and says where', () => {
    const [waves, saif] = [join(folder, 'run.vcd'), join(folder, 'run.saif')];
    const ran = bitloom([...args, '--waves', waves, '--saif', saif, '--clock', '500', '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ outputs: { y: [0] }, waves, saif });
    expect(readFileSync(waves, 'utf8')).toContain('$scope module dot_int8 $end');
    expect(readFileSync(saif, 'utf8')).toContain('(DURATION 2000)');
  });

  it('writes nothing where it cannot', () => {
    const ran = bitloom([...args, '--waves', folder]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/cannot write/);
  });
});
