// Scales for vectors against scales for channels: what is lost of 4-bit weights, over the width of the vectors' scales.
import { readFile } from 'node:fs/promises';
import { random } from '../../dist/base/index.js';
import { int, quantise, uint, vsQuant } from '../../dist/format/index.js';
import {
  batches,
  evaluate,
  largestOfRows,
  normalisations,
  prepare,
  readImages,
  readOnnx,
} from '../../dist/nn/index.js';

export const name = 'vs-quant';

const bits = 4;
const vector = 16;
const scaleBits = [2, 3, 4, 5, 6, 7, 8, 9, 10];
const seeds = [1, 2, 3, 4, 5];
const channels = 64;
const depth = 512;
/** Widths of the scales for which vectors of other lengths are tried too. */
const [otherVectors, otherScaleBits] = [
  [16, 32, 64],
  [4, 6, 8],
];

const distributions = {
  normal: (source) => source.normal(),
  Laplace: (source) => {
    const u = source.unit() - 0.5;
    return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
  },
};

export async function run() {
  const network = need(
    await readOnnx(await readFile(new URL('../../models/mlp.onnx', import.meta.url)), 'mlp.onnx'),
  );
  const data = { ...drawn(), ...trained(network) };
  const json = {
    schema: 1,
    title: 'Per-vector scaling against per-channel scaling, 4-bit weights',
    source:
      'S. Dai et al., "VS-Quant: Per-vector Scaled Quantization for Accurate Low-Precision Neural Network Inference", MLSys 2021',
    claims: claims(),
    measured: {
      what: 'signal over squared error of values brought to codes and back, dB, in simulation',
      bits,
      vector,
      seeds,
      drawn: `${channels} channels of ${depth} values; their deviations are e^n with n normal`,
      network: 'models/mlp.onnx',
    },
    data: Object.fromEntries(Object.entries(data).map(([key, sets]) => [key, measured(sets)])),
    vectors: Object.fromEntries(Object.entries(data).map(([key, sets]) => [key, overVectors(sets)])),
    accuracy: accuracies(network),
  };
  return { json, markdown: markdown(json) };
}

/** What the paper says and what stands beside it here. */
function claims() {
  return [
    {
      claim: '4.25 bits an element with vectors of 16, 4-bit values and 4-bit scales',
      ours: need(quantised({ values: new Float64Array(vector), columns: vector }, two(4))).bitsPerElement,
    },
  ];
}

/** A scheme: a format and the options that it takes for a matrix of so many columns. */
const wide = { policy: 'max', symmetric: true };
const tensor = (columns, length) => ({ format: int(bits), options: { ...wide, group: length, columns } });
const channel = (columns) => ({ format: int(bits), options: { ...wide, group: columns, columns } });
const two =
  (width, recompute = false, length = vector) =>
  (columns) => ({
    format: need(vsQuant(int(bits), length, uint(width))),
    options: { columns, group: columns, policy: 'round', recompute },
  });

function quantised({ values, columns }, scheme) {
  const { format, options } = scheme(columns, values.length);
  return quantise(values, format, options);
}

/** The values of a matrix after the scheme. */
const through = (scheme) => (matrix) => need(quantised(matrix, scheme)).values;

/** A scale for each vector that is not rounded: every vector by itself, the last of a row may be shorter. */
function unrounded({ values, columns }) {
  const back = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += columns)
    for (let from = row; from < row + columns; from += vector) {
      const own = values.subarray(from, Math.min(from + vector, row + columns));
      // In float64 the scale is as good as not rounded.
      const greatest = own.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      own.forEach((x, i) => {
        const code = greatest === 0 ? 0 : roundEven((x * 7) / greatest);
        back[from + i] = (code * greatest) / 7;
      });
    }
  return back;
}

function roundEven(x) {
  const floor = Math.floor(x);
  return x - floor === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(x);
}

const schemes = [
  { scheme: 'one scale', apply: through(tensor) },
  { scheme: 'per channel', apply: through(channel) },
  ...scaleBits.flatMap((width) => [
    { scheme: 'per vector', scaleBits: width, apply: through(two(width)) },
    { scheme: 'per vector, recomputed', scaleBits: width, apply: through(two(width, true)) },
  ]),
  { scheme: 'per vector, scales not rounded', apply: unrounded },
];

function measured(sets) {
  return schemes.map(({ apply, ...own }) => ({ ...own, ...ratio(sets, apply) }));
}

function overVectors(sets) {
  return otherVectors.flatMap((length) =>
    otherScaleBits.map((width) => ({
      vector: length,
      scaleBits: width,
      bitsPerElement: bits + width / length,
      ...ratio(sets, through(two(width, true, length))),
    })),
  );
}

/** Mean and deviation over the sets, each of which is a list of matrices. */
function ratio(sets, apply) {
  const decibels = sets.map((matrices) => {
    let [signal, noise] = [0, 0];
    for (const matrix of matrices) {
      const back = apply(matrix);
      matrix.values.forEach((x, i) => {
        signal += x ** 2;
        noise += (x - back[i]) ** 2;
      });
    }
    return 10 * Math.log10(signal / noise);
  });
  const mean = decibels.reduce((sum, x) => sum + x, 0) / decibels.length;
  const variance = decibels.reduce((sum, x) => sum + (x - mean) ** 2, 0) / decibels.length;
  return { sqnrDb: mean, ...(sets.length > 1 && { deviationDb: Math.sqrt(variance) }) };
}

function drawn() {
  const draw = (sample) => (seed) => {
    const source = random(seed);
    const values = new Float64Array(channels * depth);
    for (let c = 0; c < channels; c++) {
      const deviation = Math.exp(source.normal());
      for (let i = 0; i < depth; i++) values[c * depth + i] = deviation * sample(source);
    }
    return [{ values, columns: depth }];
  };
  return Object.fromEntries(
    Object.entries(distributions).map(([key, sample]) => [key, seeds.map(draw(sample))]),
  );
}

/** The weight matrices of the network, an output a row, each alone and all together. */
function trained(network) {
  const matrices = [...network.initialisers].filter(([, own]) => own.dims.length === 2);
  const all = matrices.map(([, { data, dims }]) => ({ values: Float64Array.from(data), columns: dims[1] }));
  return {
    ...Object.fromEntries(matrices.map(([key, { dims }], k) => [`${key} (${dims.join('×')})`, [[all[k]]]])),
    'all weights of the network': [all],
  };
}

/** Accuracy on the 10,000 test images with weights through each scheme, all else in float. */
function accuracies(network) {
  const prepared = need(prepare(network));
  const normalisation = normalisations.unit;
  const images = need(readImages('mnist', 'test'));
  const score = (constants) => {
    let hits = 0;
    for (const { from, tensor: batch } of batches({ images, normalisation }, 1000)) {
      const values = need(evaluate({ ...prepared, constants }, batch));
      const scores = values.get(network.outputs[0].name);
      largestOfRows(scores.data, batch.dims[0]).forEach((best, i) => {
        if (best === images.labels[from + i]) hits++;
      });
    }
    return hits / images.count;
  };
  const replaced = (apply) =>
    new Map(
      [...prepared.constants].map(([key, own]) => {
        if (own.dims.length !== 2) return [key, own];
        const matrix = { values: Float64Array.from(own.data), columns: own.dims[1] };
        return [key, { ...own, data: Float32Array.from(apply(matrix)) }];
      }),
    );
  const chosen = schemes.filter(
    ({ scheme, scaleBits: width }) => width === undefined || (width === 4 && !scheme.includes('recomputed')),
  );
  return [
    { scheme: 'float', accuracy: score(prepared.constants) },
    ...chosen.map(({ apply, ...own }) => ({ ...own, accuracy: score(replaced(apply)) })),
  ];
}

function markdown({ title, source, claims: told, data, vectors, accuracy }) {
  const figure = ({ sqnrDb, deviationDb }) =>
    deviationDb === undefined ? sqnrDb.toFixed(2) : `${sqnrDb.toFixed(2)} ± ${deviationDb.toFixed(2)}`;
  const keys = Object.keys(data);
  const row = (label, pick) =>
    `| ${label} | ${keys.map((key) => figure(data[key].find(pick))).join(' | ')} |`;
  const heads = [`| | ${keys.join(' | ')} |`, `|---|${keys.map(() => '---|').join('')}`];
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    '',
    `Signal over squared error in dB of ${bits}-bit symmetric codes, rounded to nearest even. Per channel: a float32 scale for`,
    `each row, its greatest magnitude over 7. Per vector: vectors of ${vector} along the row with an integer scale each, and a`,
    'float32 scale for the row. Codes are found by the vector’s scale before it is rounded, or recomputed: by the one that is',
    'stored. Measured in simulation, by the same exact arithmetic as `bitloom quantize`, and nothing trained anew.',
    `Drawn data: ${channels} rows of ${depth} values, the deviation of each row e^n with n normal, mean ± deviation over the seeds`,
    `${seeds.join(', ')}. Weights: models/mlp.onnx.`,
    '',
    'Made by `npm run build && node scripts/baseline.mjs vs-quant`.',
    '',
    '## Width of the vectors’ scales',
    '',
    ...heads,
    row('one scale', ({ scheme }) => scheme === 'one scale'),
    row('per channel', ({ scheme }) => scheme === 'per channel'),
    ...scaleBits.flatMap((width) => [
      row(`M = ${width}`, (own) => own.scheme === 'per vector' && own.scaleBits === width),
      row(`M = ${width}, recomputed`, (own) => own.scheme.includes('recomputed') && own.scaleBits === width),
    ]),
    row('scales not rounded', ({ scheme }) => scheme.includes('not rounded')),
    '',
    '## Length of the vectors',
    '',
    'Codes recomputed; bits of an element with its share of the vector’s scale.',
    '',
    `| V | M | bits | ${keys.join(' | ')} |`,
    `|---|---|---|${keys.map(() => '---|').join('')}`,
    ...vectors[keys[0]].map(({ vector: length, scaleBits: width, bitsPerElement }, k) => {
      const own = keys.map((key) => figure(vectors[key][k])).join(' | ');
      return `| ${length} | ${width} | ${bitsPerElement.toFixed(3)} | ${own} |`;
    }),
    '',
    '## Accuracy',
    '',
    'All 10,000 test images of MNIST; weights through the scheme, activations and sums in float.',
    '',
    '| weights | accuracy |',
    '|---|---|',
    ...accuracy.map(({ scheme, scaleBits: width, accuracy: own }) => {
      const label = width === undefined ? scheme : `${scheme}, M = ${width}`;
      return `| ${label} | ${(100 * own).toFixed(2)} % |`;
    }),
    '',
    '## Beside the paper',
    '',
    ...told.map(({ claim, ours }) => `- ${claim}: ${ours} here.`),
    '- Its accuracies are of ResNet50 and BERT, weights and activations quantised, which this does not repeat; no figure of',
    '  its is set against the ratios above. What can be compared is the order it argues for: 4-bit codes with a scale for',
    '  each vector above those with one for each channel, and scales of few bits close to scales that are not rounded.',
    `  ${verdict(data)}`,
    '- Scales of 2 bits fall below one scale for a channel, unless codes are recomputed: a scale that is rounded down cuts',
    '  off the greatest values, and one rounded to 0 loses its vector.',
    '- Energy and area of the vector MAC are not part of this report.',
  ];
  return `${lines.join('\n')}\n`;
}

/** The order, as it was found. */
function verdict(data) {
  const lost = Object.values(data).map((own) => {
    const of = (pick) => own.find(pick).sqnrDb;
    const four = of(({ scheme, scaleBits: width }) => scheme.includes('recomputed') && width === 4);
    const free = of(({ scheme }) => scheme.includes('not rounded'));
    return { gain: four - of(({ scheme }) => scheme === 'per channel'), loss: free - four };
  });
  const range = (values) => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} dB`;
  return `With M = 4, recomputed: ${range(lost.map(({ gain }) => gain))} above per channel, ${range(lost.map(({ loss }) => loss))} below scales that are not rounded.`;
}

function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
