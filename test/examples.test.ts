import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lint, verify, type Subject, type TokenReference, type Verdict } from '../src/cosim/index.js';
import { buildForClocks, subjectsOf, type Built } from '../src/flow/index.js';
import {
  decode,
  encode,
  exactOf,
  floats,
  numberOf,
  type Float,
  dyadic,
  type Dyadic,
} from '../src/format/index.js';
import { formatSource, loadDesign } from '../src/lang/index.js';
import { trialMemory } from '../src/ops/index.js';
import { runningReference, type IpuShape } from '../src/ops/nibble_inner_product/index.js';

type Words = readonly (readonly bigint[])[];
type Step = (inputs: Words) => Words;

const signed = BigInt.asIntN;
const word = BigInt.asUintN;

/** a + b of two finite float64 numbers. */
function exactSum(a: number, b: number): Dyadic {
  const [x, y] = [exactOf(a) as Dyadic, exactOf(b) as Dyadic];
  const exponent = Math.min(x.exponent, y.exponent);
  const [left, right] = [x, y].map((one) => {
    const magnitude = one.significand << BigInt(one.exponent - exponent);
    return one.negative ? -magnitude : magnitude;
  });
  return dyadic(left! + right!, exponent);
}

/** What each example computes, on numbers, from reset on; inputs and outputs in the order of the ports. */
const references: Readonly<Record<string, () => Step>> = {
  'dot-int8.dp': () => {
    let sum = 0n;
    return ([reset, a, b, first, valid]) => {
      const held = word(30, sum);
      const beat = a!.reduce((total, x, k) => total + signed(8, x) * signed(8, b![k]!), 0n);
      if (reset![0] === 0n) sum = 0n;
      else if (valid![0] === 1n) sum = (first![0] === 1n ? 0n : sum) + beat;
      return [[held]];
    };
  },
  'dot-clocked.dp':
    () =>
    ([a, b]) => {
      const sum = a!.reduce((total, x, k) => total + signed(8, x) * signed(8, b![k]!), 0n);
      return [[word(19, sum)]];
    },
  'dot-packed.dp':
    () =>
    ([a, w]) => {
      const row = (from: number): bigint =>
        a!.reduce((total, x, k) => total + signed(8, x) * signed(8, w![from + k]!), 0n);
      return [[word(19, row(0)), word(19, row(8))]];
    },
  'fixed-neuron.dp': () => {
    let sum = 0n;
    return ([reset, a, b, bias, low, high, first, valid]) => {
      const [least, most] = [signed(16, low![0]!), signed(16, high![0]!)];
      const held = clamp(halfEven(sum, 1n << 15n), -(1n << 15n), (1n << 15n) - 1n);
      const above = held < least ? least : held;
      const beat = a!.reduce((total, x, k) => total + signed(16, x) * signed(16, b![k]!), 0n);
      if (reset![0] === 0n) sum = 0n;
      else if (valid![0] === 1n) sum = signed(43, (first![0] === 1n ? signed(32, bias![0]!) : sum) + beat);
      return [[word(16, above > most ? most : above)]];
    };
  },
  'mac.dp': () => {
    let [sum, east, south] = [0n, 0n, 0n];
    return ([reset, a, b, first, valid]) => {
      const held = [[east], [south], [word(26, sum)]];
      if (reset![0] === 0n) [sum, east, south] = [0n, 0n, 0n];
      else if (valid![0] === 1n) {
        sum = (first![0] === 1n ? 0n : sum) + signed(8, a![0]!) * signed(8, b![0]!);
        [east, south] = [a![0]!, b![0]!];
      }
      return held;
    };
  },
  'fir.dp': () => {
    const h = [-4n, -5n, -4n, 9n, 45n, 103n, 164n, 204n, 204n, 164n, 103n, 45n, 9n, -4n, -5n, -4n];
    let past: bigint[] = [];
    return ([reset, x, valid]) => {
      const sum = past.reduce((total, sample, k) => total + (h[k] ?? 0n) * sample, 0n);
      if (reset![0] === 0n) past = [];
      else if (valid![0] === 1n) past = [signed(12, x![0]!), ...past.slice(0, 15)];
      return [[word(12, clamp(halfEven(sum, 1024n), -2048n, 2047n))]];
    };
  },
  'requantise.dp': () => (inputs) => {
    const [acc, bias, multiplier] = inputs.map((port) => port[0]!);
    const scaled = halfEven((signed(24, acc!) + signed(24, bias!)) * multiplier!, 1n << 24n);
    return [[word(8, clamp(scaled, 0n, 127n))]];
  },
  'hierarchy.dp': () => (inputs) => {
    const [weights, activations, biases, multiplier] = inputs.at(0)!.length === 1 ? inputs.slice(1) : inputs;
    return [
      biases!.map((bias, row) => {
        const sum = activations!.reduce(
          (total, x, k) => total + x * signed(4, weights![16 * row + k]!),
          signed(16, bias),
        );
        return clamp(halfEven(sum * multiplier![0]!, 1n << 16n), 0n, 255n);
      }),
    ];
  },
  'vs-beats.dp': () => {
    let sum = 0n;
    return ([reset, w, a, ws, as, first, valid]) => {
      const held = word(35, sum);
      const partial = w!.reduce((total, x, k) => total + signed(4, x) * a![k]!, 0n);
      if (reset![0] === 0n) sum = 0n;
      else if (valid![0] === 1n) sum = (first![0] === 1n ? 0n : sum) + partial * ws![0]! * as![0]!;
      return [[held]];
    };
  },
  'outer-product.dp': () => {
    let sums = Array.from({ length: 9 }, () => 0n);
    return ([reset, column, row, first, valid]) => {
      const held = sums.map((sum) => word(20, sum));
      const base = first![0] === 1n ? sums.map(() => 0n) : sums;
      if (reset![0] === 0n) sums = sums.map(() => 0n);
      else if (valid![0] === 1n)
        sums = base.map((sum, k) => sum + signed(8, column![Math.floor(k / 3)]!) * signed(4, row![k % 3]!));
      return [held];
    };
  },
  'rescale.dp': () => {
    const [bf16, fp32] = [floats['bf16']!, floats['fp32']!];
    return ([x, scale]) => {
      // Exact in float64, and but for an overflow in float32 too.
      const product = Number(signed(16, x![0]!)) * numberOf(decode(bf16, scale![0]!));
      const real = encode(fp32, exactOf(product), { overflow: 'ieee' });
      if (Number.isNaN(product)) return [[0x7fc00000n], [0n]];
      const near = Math.max(-1000, Math.min(1000, product));
      const floor = Math.floor(near);
      const up = near - floor > 0.5 || (near - floor === 0.5 && floor % 2 !== 0);
      return [[real], [word(8, clamp(BigInt(up ? floor + 1 : floor), -128n, 127n))]];
    };
  },
  'vs-mac.dp': () => {
    let sum = 0n;
    return ([reset, w, a, ws, as, first, valid]) => {
      const held = word(25, sum);
      const partial = w!.reduce((total, x, k) => total + signed(4, x) * signed(4, a![k]!), 0n);
      if (reset![0] === 0n) sum = 0n;
      else if (valid![0] === 1n)
        sum = (first![0] === 1n ? 0n : sum) + partial * halfEven(ws![0]! * as![0]!, 4n);
      return [[held]];
    };
  },
  'vs-layer.dp': () => (inputs) => {
    const [w, a, ws, as, multiplier] = inputs as [bigint[], bigint[], bigint[], bigint[], bigint[]];
    const sums = ws.map((scale, v) => {
      const partial = a.reduce((total, x, k) => total + signed(4, x) * signed(4, w[8 * v + k]!), 0n);
      return partial * scale * as[0]!;
    });
    const most = sums.map((x) => (x < 0n ? -x : x)).reduce((x, y) => (x > y ? x : y));
    const codes = sums.map((x) => word(4, most === 0n ? 0n : halfEven(x * 7n, most)));
    return [codes, [clamp(halfEven(most * multiplier[0]!, 7n << 16n), 0n, 15n)]];
  },
  'vs-lane.dp': () => (inputs) => {
    const [w, a, wScale, aScale, partial] = inputs as [bigint[], bigint[], bigint[], bigint[], bigint[]];
    const sum = w.reduce((total, x, k) => total + signed(4, x) * signed(4, a[k]!), 0n);
    return [[word(24, signed(24, partial[0]!) + sum * wScale[0]! * aScale[0]!)]];
  },
  'vs-post.dp': () => (inputs) => {
    const [x, multiplier] = inputs as [bigint[], bigint[]];
    const sums = x.map((one) => signed(24, one));
    const most = sums.map((one) => (one < 0n ? -one : one)).reduce((a, b) => (a > b ? a : b));
    const codes = sums.map((one) => word(4, most === 0n ? 0n : halfEven(one * 7n, most)));
    return [codes, [clamp(halfEven(most * multiplier[0]!, 7n << 24n), 0n, 15n)]];
  },
  'pe-control.dp': () => {
    let [position, vector, weight, activation] = [0n, 0n, 0n, 0n];
    return ([reset, go, vectors]) => {
      const going = go![0]!;
      const row = going === 1n && position === 15n;
      const last = vector === vectors![0] ? 1n : 0n;
      const held = [
        [weight],
        [going === 1n && position === 0n ? 1n : 0n],
        [activation],
        [position],
        [vector === 0n ? 1n : 0n],
        [going & last],
      ];
      if (going === 1n) activation = row && last === 1n ? 0n : word(9, activation + 1n);
      if (row) [vector, weight] = [last === 1n ? 0n : word(8, vector + 1n), word(8, weight + 1n)];
      if (going === 1n) position = row ? 0n : position + 1n;
      if (reset![0] === 0n) [position, vector, weight, activation] = [0n, 0n, 0n, 0n];
      return held;
    };
  },
  'nvfp4-mac.dp': () => {
    const [fp4, ue4m3, fp32] = ['fp4_e2m1', 'ue4m3', 'fp32'].map((name) => floats[name]!) as [
      Float,
      Float,
      Float,
    ];
    const number = (format: Float, code: bigint): number => numberOf(decode(format, code));
    let total = 0;
    return ([reset, a, b, aScale, bScale, first, valid]) => {
      const held = encode(fp32, exactOf(total), { overflow: 'ieee' });
      // Exact in float64, rounded once; the sum of two float32 numbers is rounded to the same in two steps as in one.
      const sum = a!.reduce((all, x, k) => all + number(fp4, x) * number(fp4, b![k]!), 0);
      const partial = Math.fround(sum * number(ue4m3, aScale![0]!) * number(ue4m3, bScale![0]!)) + 0;
      if (reset![0] === 0n) total = 0;
      else if (valid![0] === 1n) total = first![0] === 1n ? partial : Math.fround(total + partial);
      return [[held]];
    };
  },
  'fp-mac.dp': () => {
    const [bf16, fp32] = [floats['bf16']!, floats['fp32']!];
    return ([a, b, sum]) => {
      const product = numberOf(decode(bf16, a![0]!)) * numberOf(decode(bf16, b![0]!));
      const left = numberOf(decode(fp32, sum![0]!));
      // A product of two bfloat16 numbers is a float64; its sum with a float32 number need not be.
      const rough = exactOf(product + left);
      const exact = rough.kind === 'dyadic' && rough.significand > 0n ? exactSum(product, left) : rough;
      const y = encode(fp32, exact, { overflow: 'ieee' });
      return [[y], [encode(bf16, decode(fp32, y), { overflow: 'ieee' })]];
    };
  },
  'hetero-neuron.dp': () => {
    // Every weight as one number, in units of 1/256.
    const weights = `
      -43 -43 43 -43 -43 -43 -43 7 7 43 43 -43 -43 -43 -114 43 -43 43 7 7
      -7 93 -93 -43 43 -7 93 43 -7 -43 114 -43 -43 -43 -43 7 -43 -43 -114 43
      43 -43 43 -43 -7 -43 43 -43 -93 -43 43 -43 114 43 -43 -43 43 -43 -93 43
      -114 -43 43 -114
    `
      .trim()
      .split(/\s+/)
      .map(BigInt);
    return (inputs) => [
      [
        word(
          16,
          inputs.at(-1)!.reduce((sum, a, i) => sum + a * weights[i]!, 0n),
        ),
      ],
    ];
  },
  'binary-layer.dp': () => {
    const weights = [
      0x25bd8ef, 0xca4097f0, 0xcaf4dd0e, 0x5f328604, 0x3cc0c154, 0xf48e2604, 0x30120863, 0xabe0d14e,
    ].map((number) => Array.from({ length: 32 }, (_, i) => ((number >>> i) & 1 ? 1 : -1)));
    const above = (t: number) => (sum: number) => sum > t;
    const below = (t: number) => (sum: number) => sum < t;
    const passes = [above(3), above(-2), below(0), above(5), below(-7), above(1), above(0), above(-4)];
    return (inputs) => {
      const activations = inputs.at(-1)!.map((bit) => (bit === 1n ? 1 : -1));
      const sums = weights.map((own) => own.reduce((sum, weight, i) => sum + weight * activations[i]!, 0));
      return [sums.map((sum, channel) => (passes[channel]!(sum) ? 1n : 0n))];
    };
  },
  'domain-blend.dp': () => (inputs) => {
    const [w, c, a] = inputs.slice(-3) as [Words[number], Words[number], Words[number]];
    const blended = a.map((_, lane) => {
      const sum = c.reduce((total, factor, domain) => total + factor * signed(6, w[8 * domain + lane]!), 0n);
      return clamp(halfEven(sum, 8n), -32n, 31n);
    });
    return [
      [
        word(
          17,
          blended.reduce((sum, weight, lane) => sum + weight * a[lane]!, 0n),
        ),
      ],
    ];
  },
  'hetero-layer.dp': () => {
    // What each cycle adds, in units of 1/256, and whether the chunk or the sum ends with it.
    const steps = [
      { weights: [43n, -43n, -43n, 43n], ends: '' },
      { weights: [0n, 0n, 50n, 0n], ends: 'chunk' },
      { weights: [-43n, -43n, 43n, 43n], ends: '' },
      { weights: [0n, 0n, 0n, -50n], ends: '' },
      { weights: [0n, 0n, 0n, 21n], ends: 'sum' },
      { weights: [43n, 43n, -43n, -43n], ends: '' },
      { weights: [0n, 50n, 0n, 0n], ends: 'chunk' },
      { weights: [43n, -43n, 43n, 43n], ends: 'sum' },
    ];
    let [at, sum, done, fresh, awake] = [0, 0n, false, true, false];
    return ([reset, a, valid]) => {
      const { weights, ends } = steps[at]!;
      const shown = [[word(11, sum)], [done ? 1n : 0n], [awake && ends !== '' ? 1n : 0n]];
      const taken = awake && valid![0] === 1n;
      if (taken) {
        sum = weights.reduce((total, weight, lane) => total + weight * a![lane]!, fresh ? 0n : sum);
        [at, fresh] = [(at + 1) % steps.length, ends === 'sum'];
      }
      [done, awake] = [taken && ends === 'sum', true];
      if (reset![0] === 0n) [at, sum, done, fresh, awake] = [0, 0n, false, true, false];
      return shown;
    };
  },
  'hetero-loaded.dp': () => {
    type Loaded = { weights: bigint[]; chunkEnd: bigint; sumEnd: bigint };
    let [program, at, sum, done, fresh] = [[] as Loaded[], 0, 0n, false, true];
    let step: Loaded | undefined;
    const bits = (number: bigint): boolean[] =>
      [0, 1, 2, 3].map((lane) => ((number >> BigInt(lane)) & 1n) === 1n);
    return (inputs) => {
      const [reset, valid, restart, load, sign, mask, plane, chunkEnd, sumEnd] = inputs
        .filter((_, k) => k !== 1)
        .map((port) => port[0]!) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
      const shown = [[word(13, sum)], [done ? 1n : 0n], [restart === 0n && step ? step.chunkEnd : 0n]];
      const taken = restart === 0n && valid === 1n ? step : undefined;
      if (taken) {
        const signs = inputs[1]!.map((bit) => 2n * bit - 1n);
        sum = taken.weights.reduce((total, weight, lane) => total + weight * signs[lane]!, fresh ? 0n : sum);
        at = at + 1 === program.length ? 0 : at + 1;
        fresh = taken.sumEnd === 1n;
      }
      done = taken?.sumEnd === 1n;
      step = program[at];
      if (restart === 1n) [program, at, step, fresh] = [[], 0, undefined, true];
      else if (load === 1n && program.length < 16) {
        const scale = [43n, 50n, 21n, 0n][Number(plane)]!;
        const masks = bits(mask);
        const weights = bits(sign).map((plus, lane) => (masks[lane] ? (plus ? scale : -scale) : 0n));
        program.push({ weights, chunkEnd, sumEnd });
      }
      if (reset === 0n) [program, at, step, sum, done, fresh] = [[], 0, undefined, 0n, false, true];
      return shown;
    };
  },
};

/** Tables `country` and `device` as a product, both halves of `user` in a channel each, `tag` in both channels, `hour` on the chip. */
function lookupExample(): TokenReference {
  const memory = trialMemory(256);
  const rows = [12, 20, 3000, 500, 500, 8];
  const hours = [
    -19550, 6070, -32186, 29448, -6285, -2873, 30000, -24767, -7230, -23898, 15602, -25535, -972, 32134,
    18335, -24364,
  ];
  return ([ids]) => {
    const bounded = ids!.map((id, k) => Math.min(Number(id), rows[k]! - 1));
    const [country, device, user, tag, other, hour] = bounded as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    let faults = ids!.reduce((bits, id, k) => bits | (id < BigInt(rows[k]!) ? 0n : 1n << BigInt(k)), 0n);
    let [features, at] = [0n, 0n];
    for (const [channel, address, bytes, indices] of [
      [0, 16 * (20 * country + device), 16, 0b11n],
      [0, 3840 + 32 * user, 32, 0b100n],
      [1, 32 * user, 32, 0b100n],
      [0, 99840 + 16 * tag, 16, 0b1000n],
      [1, 96000 + 16 * other, 16, 0b10000n],
    ] as const) {
      if (memory.fails(channel, address)) faults |= indices;
      else features |= memory.bytes(channel, address, bytes) << at;
      at += BigInt(8 * bytes);
    }
    const own = hours.slice(2 * hour, 2 * hour + 2).map((element) => word(16, BigInt(element)));
    return [[features | ((own[0]! | (own[1]! << 16n)) << at), faults]];
  };
}

/** The same for examples with streams: words in, and for each stream out the words that come out, if any. */
const streamReferences: Readonly<Record<string, () => TokenReference>> = {
  // Two sums of jobs are under way at a time, each with a unit of its own.
  'mc-ipu.dp': () => {
    const units = [0, 1].map(() => ipuExample({ lanes: 4, tree: 16 }));
    return (job) => {
      const [result] = units[0]!(job);
      if (result) units.reverse();
      return [result];
    };
  },
  'ipu.dp': () => ipuExample({ lanes: 8, tree: 14, alignment: 'single', accumulate: 'fixed' }),
  'lookup.dp': lookupExample,
  'lookup-network.dp': () => {
    const lookUp = lookupExample();
    const text = readFileSync('examples/lookup-network.dp', 'utf8');
    const listed = (name: string): bigint[][] =>
      [...text.matchAll(new RegExp(`${name}: \\[([^\\]]*)\\]`, 'g'))].map(([, list]) =>
        list!.split(',').map(BigInt),
      );
    const [weights, biases] = [listed('weights'), listed('biases')];
    return (words) => {
      const [features, faults] = lookUp(words)[0] as [bigint, bigint];
      let vector = Array.from({ length: 58 }, (_, k) => signed(16, features >> BigInt(16 * k)));
      weights.forEach((matrix, layer) => {
        const isLast = layer === weights.length - 1;
        vector = biases[layer]!.map((bias, row) => {
          const own = matrix.slice(row * vector.length, (row + 1) * vector.length);
          const sum = own.reduce((total, weight, k) => total + weight * vector[k]!, bias);
          const result = clamp(halfEven(sum, 1n << 14n), -32768n, 32767n);
          return result < 0n && !isLast ? 0n : result;
        });
      });
      return [[word(16, vector[0]!), faults]];
    };
  },
  'dot-stream.dp': () => {
    let sum = 0n;
    return ([a, b, last]) => {
      sum += a!.reduce((total, x, k) => total + signed(8, x) * signed(8, b![k]!), 0n);
      const total = word(27, sum);
      if (last![0] === 0n) return [undefined];
      sum = 0n;
      return [[total]];
    };
  },
};

/** The definition of a nibble inner product with those parameters, the others at their defaults. */
function ipuExample(more: Partial<IpuShape>): TokenReference {
  const usual = {
    precision: 28,
    alignment: 'multi',
    floats: 'fp16',
    accumulate: 'fp32',
    result: 'fp32',
  } as const;
  const step = runningReference({ lanes: 8, tree: 16, jobs: 256, ...usual, ...more });
  return (job) => {
    const [sum] = step(job);
    return [sum];
  };
}

/** n / d to the nearest integer, of two equally near to the even one; `d` > 0. */
function halfEven(n: bigint, d: bigint): bigint {
  const rest = ((n % d) + d) % d;
  const floor = (n - rest) / d;
  if (2n * rest === d) return floor % 2n === 0n ? floor : floor + 1n;
  return 2n * rest > d ? floor + 1n : floor;
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value;
}

const files = readdirSync('examples').filter((file) => file.endsWith('.dp') && !file.endsWith('.sweep.dp'));

async function read(file: string): Promise<Built> {
  const path = join('examples', file);
  const loaded = loadDesign(readFileSync(path, 'utf8'), path);
  const made = loaded.ok ? await buildForClocks(loaded.value.at(-1)!, {}) : loaded;
  if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
  return made.value;
}

const built = await Promise.all(files.map(read));

describe('examples', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
  const subjects = files.map((file, index): Subject => {
    const [own] = subjectsOf(built[index]!) as [Subject];
    const { tokens, ...plain } = own;
    if (tokens) return { ...plain, name: file, tokens: { ...tokens, start: streamReferences[file]! } };
    return { ...plain, name: file, reference: references[file]! };
  });
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    const made = await verify(subjects, { vectors: 5000, seed: 11, cache, verilator: true });
    if (!made.ok) throw new Error(made.diagnostics.map((one) => one.message).join('\n'));
    verdicts = made.value;
  }, 1_200_000);
  afterAll(() => rmSync(cache, { recursive: true }));

  it('all have a reference', () =>
    expect(Object.keys({ ...references, ...streamReferences }).sort()).toEqual([...files].sort()));

  it.each(files.map((file, index) => [file, index] as const))(
    '%s agrees with its reference in every engine',
    (file, index) => {
      const { first, compared, mismatches } = verdicts[index]!;
      expect(first ?? {}).toEqual({});
      expect(mismatches).toBe(0);
      for (const engine of ['interpreter', 'verilator']) expect(compared[engine]).toBeGreaterThan(3900);
      // Those that read memories wait for them.
      expect(compared['reference'] ?? compared['words']).toBeGreaterThan(
        file.startsWith('lookup') ? 100 : 500,
      );
    },
  );

  it.each(files.map((file, index) => [file, index] as const))('%s lints clean', async (_, index) => {
    const said = await lint(built[index]!.emitted);
    expect(said.ok && said.value).toEqual([]);
  });

  it.each(files)('%s is in canonical form', (file) => {
    const text = readFileSync(join('examples', file), 'utf8');
    const formatted = formatSource(text, file);
    expect(formatted.ok && formatted.value).toBe(text);
  });
});
