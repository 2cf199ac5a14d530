// Accuracies of block formats on networks of the package, from the toolkit's modules: the script takes them from dist,
// the test from src.

/** VS-Quant as W/A/ws/as: bits of weights, activations, and the scales of both; vectors of 16. */
const vectors = ['3/3/4/4', '4/4/4/4', '4/8/6/10', '6/6/4/4', '8/8/6/6'];
const channels = [3, 4, 6, 8];
const micro = ['mxfp8_e4m3', 'mxfp6_e2m3', 'mxfp4', 'nvfp4'];
const policies = ['floor', 'ceil', 'round', 'rceil', 'search'];

/** All configurations by name. `search` takes long, and is tried where codes have four bits. */
export const configurations = [
  ...channels.map((bits) => ({ name: `per channel ${bits}/${bits}`, kind: 'channel', bits })),
  ...vectors.map((name) => ({ name: `VS-Quant ${name}`, kind: 'vector', bits: name.split('/').map(Number) })),
  ...micro.flatMap((format) =>
    policies
      .filter((policy) => policy !== 'search' || /fp4$/.test(format))
      .map((policy) => ({ name: `${format} ${policy}`, kind: 'micro', format, policy })),
  ),
];

/** The networks, and how many of the first test images each is tried on: those of MNIST tell the least apart. */
export const networks = [
  { model: 'lenet5', data: 'mnist', images: 200 },
  { model: 'lenet5-fashion', data: 'fashion-mnist', images: 400 },
];
export const settings = { calibration: 200, seed: 1 };

/** Which configuration is compared with which: those of the same bits, and policies with the format's own. */
const pairs = [
  ['VS-Quant 3/3/4/4', 'per channel 3/3'],
  ['VS-Quant 4/4/4/4', 'per channel 4/4'],
  ['VS-Quant 4/4/4/4', 'per channel 6/6'],
  ['VS-Quant 4/8/6/10', 'per channel 4/4'],
  ['VS-Quant 6/6/4/4', 'per channel 6/6'],
  ['VS-Quant 8/8/6/6', 'per channel 8/8'],
  ['nvfp4 round', 'mxfp4 floor'],
  ['nvfp4 round', 'VS-Quant 4/4/4/4'],
  ['mxfp4 floor', 'per channel 4/4'],
  ['nvfp4 round', 'per channel 4/4'],
  ...['ceil', 'round', 'rceil', 'search'].map((policy) => [`mxfp4 ${policy}`, 'mxfp4 floor']),
  ...['floor', 'ceil', 'rceil', 'search'].map((policy) => [`nvfp4 ${policy}`, 'nvfp4 round']),
  ...['mxfp6_e2m3', 'mxfp8_e4m3'].flatMap((format) =>
    ['ceil', 'round', 'rceil'].map((policy) => [`${format} ${policy}`, `${format} floor`]),
  ),
];

/**
 * Every configuration on one network: how many images are right, and which.
 *
 * @param modules nn, format and base of the toolkit
 */
export async function figures(modules, bytes, { model, data, images }, tell = () => {}) {
  const own = await subject(modules, bytes, data, { images, ...settings });
  const float = hits(modules, own);
  const all = new Map();
  for (const configuration of configurations) {
    all.set(configuration.name, hits(modules, own, configuration));
    tell(`${model}: ${configuration.name}`);
  }
  const chance = (a, b) => chanceAbove(modules.base, a, b, settings.seed);
  const row = (name, right) => ({
    name,
    right: right.filter(Boolean).length,
    agreeWithFloat: right.filter((hit, i) => hit === float[i]).length,
    ci95: modules.nn.wilson(right.filter(Boolean).length, images),
    rightBits: packed(right),
  });
  return {
    ...{ model, data, images },
    rows: [row('float', float), ...[...all].map(([name, right]) => row(name, right))],
    pairs: pairs.map(([a, b]) => ({ a, b, chance: chance(all.get(a), all.get(b)) })),
  };
}

export function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}

/** A network with what calibration saw, and the images that it is tried on. */
export async function subject({ nn }, bytes, data, { images, calibration, seed }) {
  const prepared = nn.withBatchNormsFolded(need(nn.prepare(need(await nn.readOnnx(bytes, data)))));
  const normalisation = nn.normalisations.unit;
  const drawn = nn.choose(calibration, nn.dataSets[data].sizes.train, seed);
  const training = { images: need(nn.readImages(data, 'train', drawn)), normalisation };
  const tests = { images: need(nn.readImages(data, 'test', nn.range(0, images))), normalisation };
  return { prepared, seen: need(nn.calibrate(prepared, training)), tests };
}

/** Which images a configuration puts into the right class; undefined for the network in float. */
export function hits({ nn, format }, { prepared, seen, tests }, configuration) {
  let run = nn.floatRunner(prepared);
  if (configuration) {
    const { engine, options } = arithmetic(nn, format, configuration);
    const quantised = need(nn.quantise(prepared, seen, options));
    run = (tensor) => nn.forward(quantised, tensor, engine);
  }
  return [...nn.batches(tests, 50)].flatMap(({ from, tensor }) => {
    const classes = nn.largestOfRows(need(run(tensor)).data, tensor.dims[0]);
    return [...classes].map((label, i) => label === tests.images.labels[from + i]);
  });
}

function arithmetic(nn, format, { kind, bits, format: name, policy }) {
  if (kind === 'channel')
    return { engine: nn.exactEngine(), options: { ...nn.int8, weightBits: bits, activationBits: bits } };
  const [w, a] =
    kind === 'micro'
      ? [name, name]
      : [`vsq(int(${bits[0]}), 16, uint(${bits[2]}))`, `vsq(int(${bits[1]}), 16, uint(${bits[3]}))`];
  const engine = blockEngine(format, need(format.formatOf(w)), need(format.formatOf(a)));
  return { engine, options: nn.blockOptions(engine, policy) };
}

/** Products of elements and scales in doubles: what a datapath would give that rounds nothing. */
function blockEngine(format, weights, activations) {
  const { block } = weights;
  const [wValue, aValue] = [weights.element, activations.element].map((own) => valuesOf(format, own));
  const [wScale, aScale] = [weights.scale, activations.scale].map((own) => valuesOf(format, own));
  return {
    ...{ name: 'doubles', lanes: block, block, sumBits: undefined, unit: 1, activations, weights },
    open(depth, streams) {
      const scales = Math.ceil(depth / block);
      const session = {
        stride: streams,
        activations: new Int32Array(depth * streams),
        weights: new Int32Array(depth),
        activationScales: new Int32Array(scales * streams),
        weightScales: new Int32Array(scales),
      };
      const values = new Float64Array(depth * streams);
      const [before, scalesBefore] = [session.activations, session.activationScales].map(({ byteLength }) =>
        Buffer.alloc(byteLength, 0xff),
      );
      const decode = () => {
        const [codes, scaleCodes] = [session.activations, session.activationScales].map(({ buffer }) =>
          Buffer.from(buffer),
        );
        // Columns follow one another with the same activations, which are brought to numbers once.
        if (codes.equals(before) && scaleCodes.equals(scalesBefore)) return;
        codes.copy(before);
        scaleCodes.copy(scalesBefore);
        session.activations.forEach((code, i) => {
          const at = Math.floor(Math.floor(i / streams) / block) * streams + (i % streams);
          values[i] = aValue(code) * aScale(session.activationScales[at]);
        });
      };
      const sums = new Float64Array(streams);
      const run = () => {
        decode();
        sums.fill(0);
        for (let k = 0; k < depth; k++) {
          const weight = wValue(session.weights[k]) * wScale(session.weightScales[Math.floor(k / block)]);
          if (weight !== 0) addProducts(sums, values, k * streams, weight);
        }
        return sums;
      };
      return { ...session, run };
    },
  };
}

function addProducts(sums, values, at, weight) {
  for (let s = 0; s < sums.length; s++) sums[s] += values[at + s] * weight;
}

/** What a word stands for: itself for integers, from a table for floating point. */
function valuesOf(format, own) {
  if (own.kind === 'fixed') return (word) => word;
  const decode = format.numberDecoder(own);
  const table = Float64Array.from({ length: 2 ** format.formatWidth(own) }, (_, code) => decode(code));
  return (word) => table[word];
}

/** The share of resamplings of the images in which `a` is right more often than `b`; equal ones count a half. */
export function chanceAbove({ random }, a, b, seed, rounds = 2000) {
  const source = random(seed);
  const differences = a.map((hit, i) => Number(hit) - Number(b[i]));
  let above = 0;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += differences[source.below(a.length)];
    above += sum > 0 ? 1 : sum === 0 ? 0.5 : 0;
  }
  return above / rounds;
}

/** Yes and no as text, four images a hexadecimal digit, the first in the top bit. */
export function packed(right) {
  const digits = Array.from({ length: Math.ceil(right.length / 4) }, (_, i) =>
    [0, 1, 2, 3].reduce((digit, k) => digit * 2 + Number(right[4 * i + k] ?? false), 0).toString(16),
  );
  return digits.join('');
}
