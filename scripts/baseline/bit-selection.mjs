// The error of residual binarisation with one to three bits a weight, by the rule that gives weights their bits.
import { readFile } from 'node:fs/promises';
import { random } from '../../dist/base/index.js';
import { binarise, bitSelections, selectBits, unbinarise } from '../../dist/format/index.js';
import { readOnnx } from '../../dist/nn/index.js';

export const name = 'bit-selection';

const averages = [1.2, 1.4, 1.6, 2];
const seeds = [1, 2, 3, 4, 5];
const samples = 65_536;
/** Binary operations are told against so many bits a weight. */
const against = 2;

const distributions = {
  normal: (source) => source.normal(),
  Laplace: (source) => {
    const u = source.unit() - 0.5;
    return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
  },
};

export async function run() {
  const data = { ...drawn(), ...(await trained()) };
  const json = {
    schema: 1,
    title: 'Bit selection for heterogeneous binary weights',
    source:
      'J. Fromm, S. Patel, M. Philipose, "Heterogeneous Bitwidth Binarization in Convolutional Neural Networks", NeurIPS 2018',
    measured: {
      what: 'squared error over squared weights, in simulation; scales for each tensor',
      seeds,
      samples,
      network: 'models/mlp.onnx',
    },
    data: Object.fromEntries(Object.entries(data).map(([key, sets]) => [key, measure(sets)])),
  };
  return { json, markdown: markdown(json) };
}

/** For every distribution a set of one tensor for each seed. */
function drawn() {
  const draw = (sample) => (seed) => {
    const source = random(seed);
    return { seed, tensors: [Float64Array.from({ length: samples }, () => sample(source))] };
  };
  return Object.fromEntries(
    Object.entries(distributions).map(([key, sample]) => [key, seeds.map(draw(sample))]),
  );
}

/** The weight matrices of the network, each alone and all together; the seeds are those of the random rule. */
async function trained() {
  const file = new URL('../../models/mlp.onnx', import.meta.url);
  const network = need(await readOnnx(await readFile(file), 'models/mlp.onnx'));
  const matrices = [...network.initialisers].filter(([, tensor]) => tensor.dims.length === 2);
  const tensors = matrices.map(([, tensor]) => Float64Array.from(tensor.data));
  const sets = (own) => seeds.map((seed) => ({ seed, tensors: own }));
  return {
    ...Object.fromEntries(
      matrices.map(([key, { dims }], k) => [`${key} (${dims.join('×')})`, sets([tensors[k]])]),
    ),
    'all weights of the network': sets(tensors),
  };
}

function measure(sets) {
  const homogeneous = [1, 2, 3].map((bits) => ({
    rule: `${bits} bit${bits === 1 ? '' : 's'} each`,
    ...figures(sets, bits, (tensor) => new Uint8Array(tensor.length).fill(bits)),
  }));
  const selected = averages.flatMap((average) =>
    bitSelections.map((rule) => ({
      rule,
      ...figures(sets, average, (tensor, seed) => need(selectBits(tensor, average, rule, seed))),
    })),
  );
  return { homogeneous, selected };
}

/** Mean and spread over the sets of the relative squared error. */
function figures(sets, average, select) {
  const errors = sets.map(({ seed, tensors }) => {
    let [lost, all, bits, count] = [0, 0, 0, 0];
    for (const tensor of tensors) {
      const map = select(tensor, seed);
      const back = unbinarise(need(binarise(tensor, map)));
      tensor.forEach((weight, i) => {
        lost += (weight - back[i]) ** 2;
        all += weight ** 2;
        bits += map[i];
      });
      count += tensor.length;
    }
    return { error: lost / all, bits: bits / count };
  });
  const mean = errors.reduce((sum, { error }) => sum + error, 0) / errors.length;
  const variance = errors.reduce((sum, { error }) => sum + (error - mean) ** 2, 0) / errors.length;
  return {
    average,
    bitsPerWeight: errors[0].bits,
    binaryOperations: errors[0].bits / against,
    relativeError: mean,
    relativeErrorDeviation: Math.sqrt(variance),
    sqnrDb: -10 * Math.log10(mean),
  };
}

function markdown({ title, source, data }) {
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    '',
    'Residual binarisation with scales for each tensor. Of the bits beyond one a weight, half go to weights of two bits and',
    'half to weights of three. Figures are SQNR in dB, of the mean of the squared errors, measured in simulation.',
    `Drawn data: ${samples} samples for each of the seeds ${seeds.join(', ')}, with which the random rule is drawn too.`,
    'Weights: models/mlp.onnx as trained, not trained anew after binarisation. Operations: binary operations for each',
    'bit of an activation, against two bits a weight.',
    '',
    'The map of who has how many bits also says something of each weight. It costs nothing where weights are constants of',
    'a circuit; where planes and masks are read from a memory, the masks do.',
    '',
    'Made by `npm run build && node scripts/baseline.mjs bit-selection`.',
    '',
    '| data | 2 bits each, operations 1.00 | middle_out at 1.4, operations 0.70 |',
    '|---|---|---|',
    ...Object.entries(data).map(([key, own]) => {
      const best = own.selected.find(({ rule, average }) => rule === 'middle_out' && average === 1.4);
      return `| ${key} | ${own.homogeneous[1].sqnrDb.toFixed(2)} | ${best.sqnrDb.toFixed(2)} |`;
    }),
  ];
  for (const [key, { homogeneous, selected }] of Object.entries(data)) {
    const alike = homogeneous.map(({ rule, sqnrDb }) => `${rule} ${sqnrDb.toFixed(2)} dB`).join(', ');
    lines.push('', `## ${key}`, '', `All alike: ${alike}.`, '');
    lines.push(`| bits a weight | operations | ${bitSelections.join(' | ')} |`);
    lines.push(`|---|---|${bitSelections.map(() => '---|').join('')}`);
    for (const average of averages) {
      const own = selected.filter((each) => each.average === average);
      const decibels = own.map(({ sqnrDb }) => sqnrDb.toFixed(2)).join(' | ');
      lines.push(`| ${average} | ${own[0].binaryOperations.toFixed(2)} | ${decibels} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
