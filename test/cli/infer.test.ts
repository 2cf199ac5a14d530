import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { normalisations, range, readImages, readOnnx, writeOnnx } from '../../src/nn/index.js';
import { need } from '../nn/networks.js';
import { quantisedElsewhere } from '../nn/quantised-elsewhere.js';
import { bitloom } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

function hasVerilator(): boolean {
  try {
    execFileSync('verilator', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const lenet = ['infer', '--model', 'lenet5', '--datapath', 'examples/dot-int8.dp'];

interface Report {
  readonly agreement: number;
  readonly accuracy: number;
  readonly accuracyFloat: number;
  readonly macs: number;
  readonly rtlChecked: number;
  readonly hardware: readonly object[];
  readonly layers: readonly {
    readonly name: string;
    readonly where: string;
    readonly stated?: string;
    readonly datapath?: string;
    readonly snrDb: number;
    readonly sameCodes?: number;
    readonly accumulatorBits: readonly number[];
    readonly beats: number;
    readonly exponents: {
      readonly beats: number;
      readonly cycles: readonly { readonly mean: number }[];
    };
  }[];
  readonly nibbleCycles: readonly {
    readonly tree: number;
    readonly cyclesPerPass: number;
    readonly cyclesPerImage: number;
  }[];
}

describe('bitloom infer', () => {
  it('runs convolutions on the datapath', () => {
    const ran = bitloom([...lenet, '--images', '500', '--rtl', '0', '--json']);
    expect([ran.code, ran.stderr]).toEqual([0, 'running 500 images through dot_int8\n']);
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.macs).toBe(500 * (784 * 6 * 25 + 100 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10));
    expect(report.accuracy).toBeGreaterThan(report.accuracyFloat - 0.006);
    expect(report.layers.map(({ where }) => where)).toEqual([
      ...['datapath', 'integers', 'datapath', 'integers', 'integers'],
      ...['datapath', 'datapath', 'datapath'],
    ]);
    const beats = 784 * 6 * 2 + 100 * 16 * 10 + 120 * 25 + 84 * 8 + 10 * 6;
    expect(report.hardware).toMatchObject([
      { datapath: 'dot_int8', beatsPerImage: beats, latency: 4, cyclesPerImage: beats + 5 * 4 },
    ]);
    const [first] = report.layers;
    expect(first!.snrDb).toBeGreaterThan(30);
    expect(first!.accumulatorBits.reduce((a, b) => a + b)).toBe(4 * 784 * 6);
    expect(first!.exponents.beats).toBe(1000);
    const onDatapaths = report.layers.filter(({ where }) => where === 'datapath');
    // What an image takes in nine passes is the sum over its layers.
    const due = onDatapaths.reduce(
      (sum, layer) => sum + (layer.beats / 500) * layer.exponents.cycles[0]!.mean,
      0,
    );
    expect(report.nibbleCycles[0]).toMatchObject({ tree: 12 });
    expect(report.nibbleCycles[0]!.cyclesPerImage).toBeCloseTo(9 * due, 3);
    expect(report.nibbleCycles[0]!.cyclesPerPass).toBeCloseTo(due / beats, 6);
    for (const layer of onDatapaths) expect(layer.accumulatorBits.some((count) => count > 0)).toBe(true);
  });

  it('keeps the codes of a network that was quantised elsewhere, and tells which layers it cannot', async () => {
    const bytes = readFileSync('models/lenet5.onnx');
    const network = need(await readOnnx(bytes, 'lenet5.onnx'));
    const images = need(readImages('mnist', 'train', range(0, 20)));
    const qdq = quantisedElsewhere(network, { images, normalisation: normalisations.unit });
    const path = file('lenet5-qdq.onnx', await writeOnnx(qdq));
    const ran = bitloom([
      'infer',
      '--model',
      path,
      ...lenet.slice(3),
      '--images',
      '200',
      '--rtl',
      '0',
      '--json',
    ]);
    expect(ran.code).toBe(0);
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.layers.flatMap(({ where, stated }) => (where === 'datapath' ? [stated] : []))).toEqual(
      new Array(5).fill('all'),
    );
    // Where the network's own arithmetic is float, the same numbers are rounded in another order.
    expect(report.agreement).toBe(1);
    const shares = report.layers.flatMap(({ sameCodes }) => sameCodes ?? []);
    expect(shares).toHaveLength(4);
    for (const share of shares) expect(share).toBeGreaterThan(0.999);
    const text = readFileSync('examples/dot-int8.dp', 'utf8').replace('in b: int(8)', 'in b: int(4)');
    const narrow = bitloom(['infer', '--model', path, '--datapath', file('narrow.dp', text), '--json']);
    expect([narrow.code, narrow.stdout]).toEqual([2, '']);
    expect(narrow.stderr).toMatch(/runs in float: its weights need 8 bits/);
  });

  it.runIf(hasVerilator())('takes other datapaths for single layers, and replays whole images on all', () => {
    const plan = file('plan.json', '{"all": {"activationBits": 6}, "layers": {"dense3": {"float": true}}}');
    const more = ['--datapath', 'conv2=examples/vs-mac.dp', '--quant', plan, '--rtl', 'all'];
    const ran = bitloom([...lenet, ...more, '--images', '1', '--json']);
    expect(ran.stderr).toBe('running 1 images through dot_int8\n');
    const report = JSON.parse(ran.stdout) as Report;
    expect(report).toMatchObject({
      rtlChecked: 784 * 6 + 100 * 16 + 120 + 84,
      rtl: { images: 1, mismatches: 0 },
    });
    expect(report.layers.map(({ datapath = '' }) => datapath)).toEqual([
      ...['dot_int8', '', 'vs_mac', '', '', 'dot_int8', 'dot_int8', ''],
    ]);
    expect(report.layers[0]).toMatchObject({ bits: { activations: 6, weights: 8 } });
  });

  it('takes a folder of pictures, and says where ranges come from', () => {
    for (let label = 0; label < 10; label++) {
      mkdirSync(join(folder, 'digits', String(label)), { recursive: true });
      const data = new Uint8Array(784).fill(20 * label);
      file(`digits/${label}/a.png`, encode({ width: 28, height: 28, channels: 1, data }));
    }
    const ran = bitloom([...lenet, '--data', join(folder, 'digits'), '--rtl', '0', '--json']);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/warning: .*no training images of its own/);
    expect(ran.stderr).toContain('running 10 images through dot_int8\n');
    expect(JSON.parse(ran.stdout)).toMatchObject({ images: 10, data: join(folder, 'digits') });
  });

  it.each<[string, string[], RegExp[]]>([
    [
      'data that are not there',
      [...lenet, '--data', 'mnst'],
      [/no data set `mnst`/, /did you mean `mnist`/, /a folder of PNG and JPEG/],
    ],
    ['a folder without classes', [...lenet, '--data', 'src/format'], [/0 classes, and the network has 10/]],
    ['codes wider than the ports', [...lenet, '--quant', 'w9a8'], [/9-bit weights do not fit/, /fewer bits/]],
    ['an unknown plan', [...lenet, '--quant', 'int'], [/no way to quantise/, /w4a8/]],
    [
      'a plan with faults',
      [
        ...lenet,
        '--quant',
        file('bad.json', '{"al": {}, "layers": {"conv1": {"weightBit": 4, "policy": "best"}}}'),
      ],
      [/did you mean `all`/, /did you mean `weightBits`/, /`policy` of layer `conv1` must be floor or/],
    ],
    [
      'layers that are not there',
      [
        ...lenet,
        '--quant',
        file('l.json', '{"layers": {"conv3": {}}}'),
        '--datapath',
        'd=examples/vs-mac.dp',
      ],
      [/no layer `conv3`/, /no layer `d`/, /did you mean `conv1`/],
    ],
    ['two designs for all', [...lenet, '--datapath', 'examples/vs-mac.dp'], [/2 designs/]],
    [
      'a design that takes no inner products',
      [...lenet.slice(0, 4), 'examples/requantise.dp'],
      [/inputs a and b/, /nobody drives its input acc/],
    ],
  ])('says what is wrong with %s', (_about, args, said) => {
    const ran = bitloom(args);
    for (const part of said) expect(ran.stderr).toMatch(part);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
  });
});
