// Accuracies of networks of the package on nibble multipliers by the width of their adder trees, from the toolkit's
// modules: the script takes them from dist, the test from src.
import { ipuEngine } from './ipu-engine.mjs';
import { chanceAbove, need, packed } from './vs-quant-accuracy-figures.mjs';

/** Bits of an adder-tree input. */
export const trees = [6, 8, 10, 12, 14, 16];

/** The least that the unit is built with; below that the low bits of every product are lost, too. */
export const leastBuilt = 10;
export const seeds = [1, 2, 3, 4, 5];
export const networks = [
  { model: 'lenet5', data: 'mnist', images: 200 },
  { model: 'lenet5-fashion', data: 'fashion-mnist', images: 200 },
  { model: 'resnet-fashion', data: 'fashion-mnist', images: 100 },
];

/** A network, and the test images that a seed draws, or the first of them. */
export async function subject({ nn }, bytes, { data, images }, seed, first = images) {
  const prepared = nn.withBatchNormsFolded(need(nn.prepare(need(await nn.readOnnx(bytes, data)))));
  const drawn = nn.choose(images, nn.dataSets[data].sizes.test, seed).slice(0, first);
  const tests = { images: need(nn.readImages(data, 'test', drawn)), normalisation: nn.normalisations.unit };
  return { prepared, seen: need(nn.calibrate(prepared, tests)), tests };
}

/** The scores of all images on a tree of so many bits; without, with sums that lose nothing. */
export function scores({ nn, format }, { prepared, seen, tests }, tree) {
  const engine = ipuEngine(format, tree);
  const quantised = need(nn.quantise(prepared, seen, nn.blockOptions(engine)));
  return [...nn.batches(tests, 40)].flatMap(({ tensor }) => [
    ...need(nn.forward(quantised, tensor, engine)).data,
  ]);
}

/** Which images are right by their scores. */
export function rightOf(nn, { tests }, found) {
  const { count, labels } = tests.images;
  const classes = nn.largestOfRows(Float32Array.from(found), count);
  return [...classes].map((label, i) => label === labels[i]);
}

/** Every width on one network, over the images of all seeds. */
export async function figures(modules, bytes, network, tell = () => {}) {
  const found = new Map([undefined, ...trees].map((tree) => [tree, { right: [], power: 0, error: 0 }]));
  for (const seed of seeds) {
    const own = await subject(modules, bytes, network, seed);
    const due = scores(modules, own);
    for (const [tree, sums] of found) {
      const got = tree === undefined ? due : scores(modules, own, tree);
      sums.right.push(...rightOf(modules.nn, own, got));
      due.forEach((x, i) => {
        sums.power += x ** 2;
        sums.error += (x - got[i]) ** 2;
      });
      tell(`${network.model}, seed ${seed}, tree ${tree}: ${Math.sqrt(sums.error / sums.power)}`);
    }
  }
  const exact = found.get(undefined).right;
  const images = exact.length;
  return {
    ...{ model: network.model, data: network.data, images },
    rows: [...found].map(([tree, { right, power, error }]) => ({
      tree: tree ?? null,
      right: right.filter(Boolean).length,
      ci95: modules.nn.wilson(right.filter(Boolean).length, images),
      relativeError: Math.sqrt(error / power),
      exactAbove: chanceAbove(modules.base, exact, right, 1),
      rightBits: packed(right),
    })),
  };
}

/** The greatest part by which the engine differs from the definition of the unit, on vectors of normal numbers. */
export function distanceFromDefinition({ base, format, flow, unit }, tree, vectors) {
  const parameters = { ...flow.defaultsOf(unit.nibbleInnerProduct), lanes: 16, tree, software_precision: 28 };
  const shape = unit.ipuShape({
    ...parameters,
    alignment: 'single',
    accumulate: 'fixed',
    result: 'fixed',
    jobs: 1,
  });
  const source = base.random(tree);
  const session = ipuEngine(format, tree).open(16, 1);
  const word = () =>
    Number(format.encode(format.floats.fp16, format.exactOf(source.normal() * 2 ** -source.below(20))));
  let worst = 0;
  for (let i = 0; i < vectors; i++) {
    for (const operand of [session.activations, session.weights])
      operand.forEach((_, k) => (operand[k] = word()));
    const [a, w] = [session.activations, session.weights].map((words) => [...words].map(BigInt));
    const due = format.numberOf(unit.innerProduct(shape, unit.floatMode('fp16', 'fp16'), a, w));
    worst = Math.max(worst, Math.abs(session.run()[0] - due));
  }
  return worst;
}
