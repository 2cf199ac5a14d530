import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/index.js';
import { randomTables } from '../../src/flow/index.js';
import { writeNpy } from '../../src/format/index.js';
import { layersOf, parsePlan, randomLayers } from '../../src/hbm/index.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-hbm-engine-'));
const plan = 'examples/lookup-plan.json';
const tables = join(folder, 'tables');
const network = join(folder, 'network');

async function hbm(...args: readonly string[]) {
  let [out, err] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  const code = await main(['hbm', ...args]);
  vi.restoreAllMocks();
  return { code, out, err };
}

beforeAll(() => {
  const read = parsePlan(plan, readFileSync(plan, 'utf8'));
  if (!read.ok) throw new Error('the example has faults');
  mkdirSync(tables);
  randomTables(read.value, 1).forEach((data, at) => {
    const { name, rows, columns } = read.value.model.tables[at]!;
    writeFileSync(join(tables, `${name}.npy`), writeNpy({ shape: [rows, columns], data }));
  });
  const layers = layersOf(read.value.model);
  if (!layers.ok) throw new Error('the example has no network');
  mkdirSync(network);
  randomLayers(layers.value, 16, 0, 2).forEach(({ weights, biases }, at) => {
    const { inputs, outputs } = layers.value[at]!;
    const write = (name: string, shape: number[], codes: Float64Array): void =>
      writeFileSync(
        join(network, `${name}${at + 1}.npy`),
        writeNpy({ shape, data: codes.map((code) => code / 2 ** 14) }),
      );
    write('layer', [outputs, inputs], weights);
    write('bias', [outputs], biases);
  });
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

describe('hbm image', () => {
  it('writes what each channel holds, and the engine of the example', async () => {
    const to = join(folder, 'build');
    const { code, out, err } = await hbm('image', plan, '--tables', tables, '-o', to, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { channels } = JSON.parse(out);
    expect(channels.map(({ port }: { port: string }) => port)).toEqual(['m0', 'm1']);
    for (const { file, bytes } of channels) expect(readFileSync(join(to, file)).length).toBe(bytes);
    expect(readFileSync(join(to, 'lookup_five.dp'), 'utf8')).toBe(readFileSync('examples/lookup.dp', 'utf8'));
    // Row 7 of `user`, columns 0 to 15, in channel 0.
    const left = channels[0].tables[1];
    expect(left.parts).toEqual([{ table: 'user', first: 0, columns: 16 }]);
    const image = readFileSync(join(to, 'channel0.bin'));
    const user = readFileSync(join(tables, 'user.npy')).subarray(-3000 * 32 * 8);
    for (let k = 0; k < 16; k++)
      expect(image.readInt16LE(left.base + 7 * left.strideBytes + 2 * k)).toBe(
        user.readDoubleLE(8 * (7 * 32 + k)),
      );
    expect(readFileSync(join(to, 'verilog/lookup_five.v'), 'utf8')).toContain('module lookup_five');
  });

  it('writes the network behind it, too', async () => {
    const to = join(folder, 'scored');
    const { code, err } = await hbm('image', plan, '--tables', tables, '--network', network, '-o', to);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const example = readFileSync('examples/lookup-network.dp', 'utf8');
    expect(readFileSync(join(to, 'lookup_five.dp'), 'utf8')).toBe(
      example.replace('lookup_five_scored', 'lookup_five'),
    );
  });

  it('writes layers without biases', async () => {
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    for (const name of ['layer1', 'layer2', 'layer3'])
      copyFileSync(join(network, `${name}.npy`), join(plain, `${name}.npy`));
    const to = join(folder, 'plain-scored');
    const { code, err } = await hbm('image', plan, '--tables', tables, '--network', plain, '-o', to);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(readFileSync(join(to, 'lookup_five.dp'), 'utf8')).not.toContain('biases');
  });

  it.each([
    [[plan, '--tables', 'none', '--network', 'none'], 'layer3.npy: there is no such file'],
    [[plan, '--tables', 'none'], 'country.npy: there is no such file'],
    [['package.json', '--tables', tables], '`stored` is missing here'],
    [[plan, '--tables', tables, '--fraction', '16'], '16 bits cannot have 16 bits behind the point'],
    [
      [plan, '--tables', tables, '--depth', '6'],
      '`depth` of `embedding_lookup` is 6, which is no power of two',
    ],
    [[plan], "required option '--tables <folder>' not specified"],
  ])('%j is refused', async (args, message) => {
    const to = join(folder, 'refused');
    const { code, out, err } = await hbm('image', ...args, '-o', to);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(() => readFileSync(to)).toThrow(/ENOENT/);
  });

  it('tells all tables of another shape', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    for (const name of ['country', 'device', 'user', 'tag', 'hour'])
      writeFileSync(
        join(other, `${name}.npy`),
        writeNpy({ shape: [2, 2], data: new Float32Array([1, NaN, 2, 3]) }),
      );
    const { code, err } = await hbm('image', plan, '--tables', other, '-o', join(folder, 'no'));
    expect(code).toBe(2);
    expect(err.match(/has the shape 2 × 2/g)?.length).toBe(5);
  });
});

describe('hbm verify', () => {
  it('refuses a board whose timings are nowhere, and a number too short for its fraction', async () => {
    const document = JSON.parse(readFileSync(plan, 'utf8'));
    document.board.memories[0].timing = 'ddr9';
    const other = join(folder, 'ddr9.json');
    writeFileSync(other, JSON.stringify(document));
    const { code, out, err } = await hbm('verify', other);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('cannot read ddr9: there is no such file');
    const short = await hbm('verify', plan, '--fraction', '16');
    expect(short.code).toBe(2);
    expect(short.err).toContain('16 bits cannot have 16 bits behind the point');
  });
});
