// Block formats against one scale for each channel over several seeds, each of which draws the images for calibration and
// those for the test, from the toolkit's modules: the script takes them from dist, the test from src.
import { configurations, hits, need, packed } from './vs-quant-accuracy-figures.mjs';

export const seeds = [1, 2, 3, 4, 5];
export const networks = [
  { model: 'lenet5', data: 'mnist', images: 200 },
  { model: 'lenet5-fashion', data: 'fashion-mnist', images: 200 },
];
export const settings = { calibration: 100, rounds: 2000 };

/** Policies that try scales take several times as long, and stand in the report on single images. */
export const tried = configurations.filter(({ policy }) => policy !== 'search');

const named = (kind) => tried.filter((one) => one.kind === kind).map(({ name }) => name);

/** Per vector against per channel at the same bits; block formats against each other; policies with the format's own. */
export const pairs = [
  ...[3, 4, 6, 8].map((bits) => [
    named('vector').find((name) => name.startsWith(`VS-Quant ${bits}/${bits}`)),
    `per channel ${bits}/${bits}`,
  ]),
  ['VS-Quant 4/8/6/10', 'per channel 4/4'],
  ['nvfp4 round', 'mxfp4 floor'],
  ['nvfp4 round', 'VS-Quant 4/4/4/4'],
  ['mxfp4 floor', 'per channel 4/4'],
  ['nvfp4 round', 'per channel 4/4'],
  ...['mxfp8_e4m3', 'mxfp6_e2m3', 'mxfp4'].flatMap((format) =>
    ['ceil', 'round', 'rceil'].map((policy) => [`${format} ${policy}`, `${format} floor`]),
  ),
  ...['floor', 'ceil', 'rceil'].map((policy) => [`nvfp4 ${policy}`, 'nvfp4 round']),
];

/** A network calibrated on images that a seed draws, and the test images that it draws, or the first of them. */
export async function subject({ nn }, bytes, { data, images }, seed, first = images) {
  const prepared = nn.withBatchNormsFolded(need(nn.prepare(need(await nn.readOnnx(bytes, data)))));
  const normalisation = nn.normalisations.unit;
  const { sizes } = nn.dataSets[data];
  const read = (split, count, first) => {
    const drawn = nn.choose(count, sizes[split], seed).slice(0, first);
    return { images: need(nn.readImages(data, split, drawn)), normalisation };
  };
  const seen = need(nn.calibrate(prepared, read('train', settings.calibration)));
  return { prepared, seen, tests: read('test', images, first) };
}

/** Every configuration on one network: which images of which seed are right. */
export async function figures(modules, bytes, network, tell = () => {}) {
  const found = new Map([['float', []], ...tried.map(({ name }) => [name, []])]);
  for (const seed of seeds) {
    const own = await subject(modules, bytes, network, seed);
    found.get('float').push(hits(modules, own));
    for (const one of tried) found.get(one.name).push(hits(modules, own, one));
    tell(`${network.model}, seed ${seed}`);
  }
  return {
    ...{ model: network.model, data: network.data, images: network.images },
    rows: [...found].map(([name, all]) => ({
      name,
      accuracies: all.map(shareOf),
      rightBits: all.map(packed),
    })),
    pairs: pairs.map(([a, b]) => ({ a, b, ...above(modules.base, found.get(a), found.get(b)) })),
  };
}

function shareOf(right) {
  return right.filter(Boolean).length / right.length;
}

/**
 * P(A > B) for the same seeds: the share of resamplings of the seeds, and of the images of each, in which A is right more
 * often, equal ones counting a half; and the mean difference with the interval of 95 % of them.
 */
export function above({ random }, a, b) {
  const source = random(1);
  const differences = a.map((right, seed) => right.map((hit, i) => Number(hit) - Number(b[seed][i])));
  const drawn = (list) => list[source.below(list.length)];
  const means = Array.from({ length: settings.rounds }, () => {
    let sum = 0;
    for (let k = 0; k < differences.length; k++) {
      const own = drawn(differences);
      for (let i = 0; i < own.length; i++) sum += drawn(own);
    }
    return sum / differences.flat().length;
  }).sort((x, y) => x - y);
  const chance = means.reduce((sum, mean) => sum + (mean > 0 ? 1 : mean === 0 ? 0.5 : 0), 0) / means.length;
  const all = differences.flat();
  const at = (part) => means[Math.floor(part * (means.length - 1))];
  return {
    chance,
    difference: all.reduce((sum, x) => sum + x, 0) / all.length,
    ci95: [at(0.025), at(0.975)],
  };
}
