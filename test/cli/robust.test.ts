import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bitloom, program } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'bitloom-robust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cacheIn = (name: string) => ({ BITLOOM_CACHE: join(folder, name) });
const small = ['robust', '--model', 'lenet5', '--data', 'mnist', '--images', '100', '--chips', '3', '--json'];
const rates = ['--rates', '0.0001,0.05'];

function told(args: readonly string[], cache: string) {
  const ran = bitloom(args, cacheIn(cache));
  expect(ran.stderr).not.toContain('error');
  expect(ran.code).toBe(0);
  const { seconds, reusedChips, ...report } = JSON.parse(ran.stdout);
  expect(seconds).toBeGreaterThanOrEqual(0);
  return { report, reusedChips };
}

test('the report is the same again, with other threads, and from the chips that were known', () => {
  const schemes = [...small, ...rates, '--scheme', 'rquant,layer'];
  const { report, reusedChips } = told(schemes, 'a');
  expect(reusedChips).toBe(0);
  expect(told([...schemes, '--threads', '2'], 'b').report).toEqual(report);
  expect(told(schemes, 'b')).toEqual({ report, reusedChips: 8 });

  expect(report).toMatchObject({ schema: 1, chips: 3, samples: 100, bits: 8, seed: 1 });
  expect(report.memory).toEqual({
    weights: 61706,
    dataBits: 493648,
    guardedBits: 0,
    checkBits: 0,
    bitsPerWeight: 8,
  });
  const [low, high] = report.rates;
  expect(low).toMatchObject({ p: 0.0001, chips: 3 });
  expect(low.rerr).toBeLessThan(0.1);
  expect(high.rerr).toBeGreaterThan(0.3);
  expect(high.wrongBits / 3 / 493648).toBeCloseTo(0.05, 2);
  for (const { rerr, ci95, worst, errors } of report.rates) {
    expect((errors[0] + errors[1] + errors[2]) / 3).toBeCloseTo(rerr, 12);
    expect(worst).toBe(Math.max(...errors));
    expect(ci95[0]).toBeLessThanOrEqual(rerr);
    expect(ci95[1]).toBeGreaterThanOrEqual(rerr);
  }
  expect(high.energy).toBeCloseTo(high.voltage ** 2, 1);
  expect(report.schemes.map(({ scheme }: { scheme: string }) => scheme)).toEqual(['rquant', 'layer']);
  expect(report.comparisons).toHaveLength(2);
});

test('other rates run alone, and the same rate twice gives the same', () => {
  const withRates = (rates: string) => [...small, '--rates', rates];
  const all = told(withRates('0.01,0.0001,0.05'), 'e');
  told(withRates('0.01'), 'f');
  expect(told(withRates('0.01,0.01,0.0001,0.05'), 'f').report.rates).toEqual([
    all.report.rates[0],
    ...all.report.rates,
  ]);
  expect(told(withRates('0.05,0.01'), 'f').reusedChips).toBe(4);
});

test('measured cells fail below their voltages, in placements that the seed chooses', () => {
  const map = join(folder, 'map.csv');
  const cells = Array.from({ length: 32 }, (_, bit) => `${bit % 16},${bit % 8},${bit < 16 ? 0.8 : 0.9}`);
  writeFileSync(map, ['address,bit,threshold', ...new Set(cells)].join('\n'));
  const array = ['--map', map, '--array', '16x8'];
  const clash = bitloom([...small, ...array, '--voltages', '0.85']);
  expect(clash.code).toBe(2);
  expect(clash.stderr).toContain('stands there before');
  writeFileSync(map, ['address,bit,threshold', ...cells.slice(0, 16), '0,7,0.9'].join('\n'));

  const { report } = told([...small, ...array, '--voltages', '0.9,0.85,0.75'], 'g');
  expect(report.map).toBe(map);
  expect(report.rates.map(({ p, voltage }: { p: number; voltage: number }) => [voltage, p])).toEqual([
    [0.9, 0],
    [0.85, 1 / 128],
    [0.75, 17 / 128],
  ]);
  expect(report.rates.map(({ wrongBits }: { wrongBits: number }) => wrongBits / 3)).toEqual([
    0,
    expect.closeTo(493648 / 128, -1),
    expect.closeTo((17 * 493648) / 128, -2),
  ]);
  expect(report.rates[0].rerr).toBe(report.cleanError);

  const refused = (args: readonly string[]) => bitloom([...small, ...array, ...args]);
  expect(refused(['--rates', '0.01'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--voltages'),
  });
  const clustered = refused(['--voltages', '0.9', '--row-share', '0.5']);
  expect(clustered).toMatchObject({ code: 2, stderr: expect.stringContaining('--row-share') });
  expect(bitloom([...small, '--map', join(folder, 'none.csv'), '--voltages', '0.9']).code).toBe(2);
});

test('a network on a datapath has its weights as the ports take them', () => {
  const on = [...small, '--rates', '0.01', '--datapath', 'examples/dot-int8.dp', '-p', 'lanes=8'];
  const { report } = told(on, 'h');
  expect(report).toMatchObject({ datapath: 'examples/dot-int8.dp', bits: 8, where: 'weights' });
  // Biases are not among them.
  expect(report.memory).toMatchObject({ weights: 61470, dataBits: 491760, checkBits: 0 });
  expect(report.schemes.map(({ scheme }: { scheme: string }) => scheme)).toEqual(['dot_int8']);
  expect(report.rates[0].rerr).toBeGreaterThan(report.cleanError);
  const refused = bitloom([...on, '--bits', '4', '--scheme', 'rquant']);
  expect(refused.code).toBe(2);
  for (const option of ['--bits', '--scheme'])
    expect(refused.stderr).toContain(`${option} is not for a network on a datapath`);
  const without = bitloom([...small, '--rates', '0.01', '-p', 'lanes=8']);
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('give --datapath FILE too') });
});

test('SECDED corrects what single errors do, and its check bits cost energy', () => {
  const one = [...small, '--voltages', '0.9'];
  const plain = told(one, 'c').report;
  const guarded = told([...one, '--protect', 'secded', '--within', '0.01'], 'c').report;
  expect(guarded.memory.checkBits).toBe(Math.ceil(493648 / 64) * 8);
  expect(guarded.codingGates.read.xor2).toBeGreaterThan(guarded.codingGates.write.xor2);
  expect(guarded.rates[0].correctedWords).toBeGreaterThan(100);
  expect(guarded.rates[0].rerr).toBeCloseTo(guarded.cleanError, 2);
  expect(guarded.rates[0].energy / plain.rates[0].energy).toBeCloseTo(1.125, 3);
  expect(guarded.rates[0].chipsNeeded).toBeGreaterThanOrEqual(2);
  expect(guarded.rates[0].voltage).toBe(0.9);
});

test('circuits of a code are synthesised', () => {
  const one = [
    ...small,
    '--voltages',
    '0.95',
    '--protect',
    'parity',
    '--protect-word',
    '8',
    '--tech',
    'freepdk45',
  ];
  const {
    coder,
    rates: [rate],
    memory,
  } = told(one, 'c').report;
  expect(coder.memory).toMatchObject({ words: 512, width: 9 });
  expect(coder.read.cells).toBeGreaterThan(coder.write.cells / 2);
  expect(coder.write.areaUm2).toBeGreaterThan(5);
  expect(coder.read.energyFj).toBeGreaterThan(1);
  expect(coder.readShare).toBeGreaterThan(coder.read.energyFj / coder.memory.readEnergyFj);
  expect(memory.guardedBits).toBe(memory.dataBits);
  expect(rate.energyWithCoder - rate.energy).toBeCloseTo(coder.readShare, 12);
  const none = bitloom([...small, '--rates', '0.01', '--tech', 'freepdk45']);
  expect([none.code, none.stdout]).toEqual([2, '']);
  expect(none.stderr).toContain('--protect secded');
});

test('weights in block formats, and their scales protected', () => {
  const schemes = ['--scheme', 'mxint8,vsq(int(4), 16, uint(4)),rquant', '--rates', '0.01'];
  const plain = told([...small, ...schemes], 'h').report;
  const [mx, vsq, rquant] = plain.schemes;
  expect(vsq.scheme).toBe('vsq(int(4), 16, uint(4))');
  expect(mx.memory.bitsPerWeight).toBeCloseTo(8.25, 1);
  expect(vsq.memory.bitsPerWeight).toBeCloseTo(4.25, 1);
  expect(rquant.memory.dataBits).toBe(493648);
  // A wrong bit of an exponent blows up a whole block.
  expect(mx.rates[0].rerr).toBeGreaterThan(rquant.rates[0].rerr);
  const scales = ['--protect', 'hardened', '--protect-what', 'scales'];
  const first = ['--scheme', 'mxint8', '--rates', '0.01'];
  const guarded = told([...small, ...first, ...scales], 'h').report;
  expect(guarded.protection).toEqual({ kind: 'hardened', wordBits: 64, topBits: 8, what: 'scales' });
  expect(guarded.rates[0].rerr).toBeLessThan(mx.rates[0].rerr / 2);
  expect(guarded.rates[0].energy).toBeGreaterThan(mx.rates[0].energy);

  const none = bitloom([...small, '--rates', '0.01', ...scales, '--scheme', 'rquant']);
  expect([none.code, none.stdout]).toEqual([2, '']);
  expect(none.stderr).toContain('`rquant` has no scales');
});

test('transient flips are others in every reading, and as many', () => {
  const flips = [...small, '--rates', '0.01', '--faults', 'transient', '--reading'];
  const { report } = told([...flips, '25'], 't');
  expect(report.transient).toEqual({ images: 25 });
  const [rate] = report.rates;
  // 3 chips read the weights 4 times each.
  expect(rate.wrongBits / 12 / 493648).toBeCloseTo(0.01, 3);
  expect(told([...flips, '25', '--threads', '1'], 'u').report).toEqual(report);
  expect(told([...flips, '50'], 't').report.rates[0].errors).not.toEqual(rate.errors);
  const refused = bitloom([...flips, '25', '--row-share', '0.5']);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('transient flips');
});

test('activations and sums in faulty buffers', () => {
  const at = ['--images', '40', '--chips', '2', '--rates', '0.0001,0.02', '--where'];
  const codes = told([...small, ...at, 'activations'], 'v').report;
  expect(codes.memory).toMatchObject({ words: 2564, dataBits: 20512, guardedBits: 0, checkBits: 0 });
  expect(codes.memory.buffers).toHaveLength(5);
  expect(codes.rates[1].wrongBits / 2 / 20512).toBeCloseTo(0.02, 2);
  expect(codes.rates[1].rerr).toBeGreaterThan(codes.cleanError);
  const sums = told([...small, ...at, 'sums', '--sum-bits', '26', '--sum-terms', '8'], 'v').report;
  expect(sums).toMatchObject({ where: 'sums', sums: { bits: 26, terms: 8 } });
  expect(sums.memory.dataBits).toBe(26 * 6518);
  const refused = bitloom([...small, ...at, 'sums', '--protect', 'secded', '--scheme', 'layer']);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  for (const option of ['--protect secded', '--scheme']) expect(refused.stderr).toContain(option);
});

test('an interrupted run goes on behind the chips that are done', async () => {
  const args = [
    'robust',
    '--model',
    'lenet5',
    '--images',
    '200',
    '--chips',
    '200',
    '--rates',
    '0.01',
    '--json',
  ];
  const env = { ...process.env, ...cacheIn('halted') };
  const halted = spawn('node', [program, ...args], { env });
  const store = join(folder, 'halted', 'robust');
  const kept = (): number => {
    try {
      return readdirSync(store).length;
    } catch {
      return 0;
    }
  };
  const watch = setInterval(() => {
    if (kept() < 3) return;
    clearInterval(watch);
    halted.kill('SIGINT');
  }, 20);
  const code = await new Promise((resolve) => halted.on('exit', resolve));
  clearInterval(watch);
  expect(code).toBe(130);
  const few = args.map((arg) => (arg === '200' ? '2' : arg));
  few[few.indexOf('--images') + 1] = '200';
  expect(told(few, 'halted').reusedChips).toBeGreaterThanOrEqual(2);
}, 30_000);

test('faults of the user are told together', () => {
  const wrong = [...small, '--rates', '0.1,2', '--scheme', 'rquand', '--bits', '17', '--row-share', '0.7'];
  const ran = bitloom([...wrong, '--column-share', '0.5', '--protect', 'parity', '--protect-bits', '18']);
  expect(ran.code).toBe(2);
  expect(ran.stdout).toBe('');
  for (const part of [
    '--rates is 2',
    '`rquand`',
    '--bits is 17',
    '--row-share + --column-share',
    '--protect-bits is 18',
  ])
    expect(ran.stderr).toContain(part);
  expect(bitloom([...small]).stderr).toContain('either --rates or --voltages');
  expect(bitloom([...small, '--voltages', '0.5']).stderr).toContain('0.5 lies below');
  const curve = join(folder, 'curve.json');
  writeFileSync(curve, '{"name": "x", "points": []}');
  expect(bitloom([...small, ...rates, '--curve', curve]).stderr).toContain('fewer than two');
  expect(bitloom([...small, ...rates, '--curve', 'no']).stderr).toContain('no voltage curve');
});
