import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { readNpy, writeNpy } from '../../src/format/index.js';

const program = fileURLToPath(new URL('../../bin/bitloom.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bitloom-format-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bitloom(args: readonly string[], input = '') {
  const ran = spawnSync('node', [program, ...args], { encoding: 'utf8', input });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

describe('bitloom format', () => {
  it('list names all formats', () => {
    const ran = bitloom(['format', 'list', '--json']);
    const { formats, blocks } = JSON.parse(ran.stdout) as {
      formats: { name: string; greatest: number }[];
      blocks: { name: string; bitsPerElement: number }[];
    };
    expect(formats.find((one) => one.name === 'fp8_e4m3')!.greatest).toBe(448);
    expect(blocks.map((one) => [one.name, one.bitsPerElement])).toEqual([
      ['mxfp8_e4m3', 8.25],
      ['mxfp8_e5m2', 8.25],
      ['mxfp6_e2m3', 6.25],
      ['mxfp6_e3m2', 6.25],
      ['mxfp4', 4.25],
      ['mxint8', 8.25],
      ['nvfp4', 4.5],
    ]);
    expect(bitloom(['format', 'list', 'fp(3, 4)']).stdout).toContain('fp(3, 4)');
    expect(bitloom(['format', 'list']).stdout).toContain('vsq(int(4), 16, uint(4))');
  });

  it('encode rounds and saturates, or overflows, as asked', () => {
    const lines = '3f800000\n3fb00000\n0x3f900000\r\nC3E80001\n7f800000\nffc00000\n80000000\n';
    const encoded = bitloom(['format', 'encode', 'fp8_e4m3'], lines);
    expect(encoded).toEqual({ code: 0, stdout: '38\n3b\n39\nfe\n7e\nff\n80\n', stderr: '' });
    const ieee = bitloom(['format', 'encode', 'fp8_e4m3', '--overflow', 'ieee', '--rounding', 'up'], lines);
    expect(ieee.stdout).toBe('38\n3b\n39\nfe\n7f\nff\n80\n');
    expect(bitloom(['format', 'encode', 'fp4_e2m1', '--nan', 'zero'], '7fc00000').stdout).toBe('0\n');
    expect(bitloom(['format', 'encode', 'int(40)'], 'bfc00000').stdout).toBe('fffffffffe\n');
  });

  it('encode rounds stochastically with the random words given', () => {
    const ran = bitloom(
      ['format', 'encode', 'int(8)', '--rounding', 'stochastic'],
      '3fa00000 bfffffff\n3fa00000 c0000000',
    );
    expect(ran.stdout).toBe('01\n02\n');
  });

  it('decode gives float32 bits, and says where it rounds', () => {
    expect(bitloom(['format', 'decode', 'fp8_e4m3'], '38\n7f\nFE\n01')).toEqual({
      code: 0,
      stdout: '3f800000\n7fc00000\nc3e00000\n3b000000\n',
      stderr: '',
    });
    const wide = bitloom(['format', 'decode', 'int(32)'], '01000001\n7');
    expect([wide.code, wide.stdout]).toEqual([0, '4b800000\n40e00000\n']);
    expect(wide.stderr).toContain('rounded to the nearest float32: 1');
  });

  it('says all bad lines, and prints nothing', () => {
    const ran = bitloom(['format', 'encode', 'bf16'], '3f800000\n3f8\n\n3f800000\nhello\n');
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    for (const line of [2, 3, 5]) expect(ran.stderr).toContain(`standard input:${line}:1: error: `);
    expect(ran.stderr).not.toContain('standard input:4:');
    const decoded = bitloom(['format', 'decode', 'fp6_e2m3'], '3f\n40\n1234\n');
    expect([decoded.code, decoded.stdout]).toEqual([2, '']);
    expect(decoded.stderr.match(/error/g)!.length).toBe(2);
  });

  it('no lines are none', () =>
    expect(bitloom(['format', 'decode', 'bf16'])).toEqual({ code: 0, stdout: '', stderr: '' }));

  it.each(['fp8', 'mxfp4', 'int(0)'])('refuses the format %s', (name) => {
    const ran = bitloom(['format', 'encode', name], '3f800000');
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('hint: ');
  });
});

describe('bitloom quantize', () => {
  const source = random(2);
  const data = Float32Array.from({ length: 4 * 64 }, () => source.normal());
  const input = join(folder, 'x.npy');
  writeFileSync(input, writeNpy({ shape: [4, 64], data }));

  it('reports error and storage, and writes values, codes and scales', () => {
    const out = (name: string): string => join(folder, name);
    const files = ['-o', out('y.npy'), '--codes', out('codes.npy'), '--scales', out('scales.npy')];
    const ran = bitloom(['quantize', input, '--format', 'mxfp4', '--scale', 'ceil', ...files, '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    const said = JSON.parse(ran.stdout) as Record<string, number>;
    expect(said).toMatchObject({
      schema: 1,
      bitsPerElement: 4.25,
      scale: 'ceil',
      block: 32,
      blocks: 8,
      elements: 256,
    });
    expect(said).toMatchObject({ shape: [4, 64], notFinite: 0, tensorScaleBits: 0 });
    const back = readNpy('y.npy', readFileSync(out('y.npy')));
    if (!back.ok) throw new Error('unreadable');
    expect(back.value.shape).toEqual([4, 64]);
    let [signal, noise] = [0, 0];
    data.forEach((x, i) => ((signal += x * x), (noise += (x - back.value.data[i]!) ** 2)));
    expect(said['sqnrDb']).toBeCloseTo(10 * Math.log10(signal / noise), 9);
    expect(readFileSync(out('codes.npy')).length).toBe(128 + 256);
    expect(readFileSync(out('scales.npy')).length).toBe(128 + 8);
  });

  it('takes a block length, a scale for each channel, and seeds', () => {
    const json = (...args: string[]) =>
      JSON.parse(bitloom(['quantize', input, '--json', ...args]).stdout) as Record<string, number>;
    expect(json('--format', 'fp4_e2m1', '--block', '16')).toMatchObject({ bitsPerElement: 4.5, blocks: 16 });
    expect(json('--format', 'vsq(int(4), 16, uint(4))', '--per', 'channel')).toMatchObject({
      bitsPerElement: 4.25,
      tensorScaleBits: 128,
      scale: 'round',
    });
    expect(json('--format', 'int(8)', '--scale', 'max')['sqnrDb']).toBeGreaterThan(35);
    const noisy = (seed: string) =>
      json('--format', 'nvfp4', '--rounding', 'stochastic', '--seed', seed)['sqnrDb'];
    expect(noisy('3')).toBe(noisy('3'));
    expect(noisy('3')).not.toBe(noisy('4'));
    expect(bitloom(['quantize', input, '--format', 'nvfp4']).stdout).toMatch(/SQNR +\d+\.\d\d dB/);
  });

  it.each([
    ['a file that is missing', [join(folder, 'no.npy'), '--format', 'mxfp4']],
    ['a file that is another', [program, '--format', 'mxfp4']],
    ['an unknown format', [input, '--format', 'mxfp5']],
    ['a policy that the format has not', [input, '--format', 'fp16', '--scale', 'floor']],
    ['scales that there are not', [input, '--format', 'fp16', '--scales', join(folder, 's.npy')]],
    ['an unknown policy', [input, '--format', 'mxfp4', '--scale', 'best']],
    ['no block', [input, '--format', 'mxfp4', '--block', '0']],
    ['a format that is too wide', [input, '--format', 'int(33)']],
  ])('refuses %s', (_, args) => {
    const ran = bitloom(['quantize', ...args]);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain('error: ');
    expect(ran.stderr).not.toContain('at Object');
  });
});
