import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildDesign, chipRunner, prepareRobust, prepareRobustOn, type Built } from '../../src/flow/index.js';
import { loadDesign } from '../../src/lang/index.js';
import type { BlockLayer, QuantisedLayer } from '../../src/nn/index.js';
import {
  checkOptions,
  independentFlips,
  networkRead,
  readFaulty,
  reads,
  type AskedOptions,
  type LayerMemory,
} from '../../src/robust/index.js';

const model = { name: 'mlp', bytes: readFileSync('models/mlp.onnx'), normalisation: 'unit' } as const;

function built(file: string, parameters: Record<string, number> = {}): Built {
  const loaded = loadDesign(readFileSync(file, 'utf8'), file);
  const made = loaded.ok ? buildDesign(loaded.value.at(-1)!, parameters) : loaded;
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  return made.value;
}

const asked: AskedOptions = {
  ...{ where: 'weights', bits: 8, schemes: [], rates: [0.01], chips: 2, seed: 1 },
  ...{ faults: independentFlips, sums: { bits: 24 } },
  protection: { kind: 'none', topBits: undefined, wordBits: 64 },
};

async function planned(datapath: Built | undefined, more: Partial<AskedOptions> = {}, images = 100) {
  const options = checkOptions({ ...asked, ...more });
  if (!options.ok) throw new Error(JSON.stringify(options.diagnostics));
  const plan = datapath
    ? await prepareRobustOn(model, 'mnist', images, datapath, options.value)
    : await prepareRobust(model, 'mnist', images, options.value);
  if (!plan.ok) throw new Error(JSON.stringify(plan.diagnostics));
  return plan.value;
}

async function memoryOf(datapath: Built, more: Partial<AskedOptions> = {}): Promise<LayerMemory> {
  const { faulty } = await planned(datapath, more, 1);
  if (faulty.kind !== 'layers') throw new Error('no layers');
  return faulty.memory;
}

type Layer = QuantisedLayer | BlockLayer;

function layersOf(network: LayerMemory['quantised']): Layer[] {
  return network.steps.flatMap((step): Layer[] => ('layer' in step ? [step.layer] : []));
}

/** The network with single bits turned. */
function turned(memory: LayerMemory, ...addresses: number[]): Layer[] {
  const faults = {
    addresses: Uint32Array.from(addresses),
    levels: new Float64Array(addresses.length),
    effects: new Uint8Array(addresses.length).fill(reads.other),
  };
  return layersOf(networkRead(memory, readFaulty(memory, faults, 1)));
}

describe('weights as a datapath reads them', () => {
  it('are what they were without faults, and words with their signs where a bit is turned', async () => {
    const memory = await memoryOf(built('examples/dot-int8.dp'));
    const own = layersOf(memory.quantised);
    expect(turned(memory)).toEqual(own);
    const [first] = own;
    const bits = own.reduce((sum, { weights }) => sum + weights.length * 8, 0);
    expect(memory).toMatchObject({ weights: bits / 8, dataBits: bits, checkBits: 0 });
    // The top bit of word 5, and the lowest of the first word of the second layer.
    const [one, two] = turned(memory, 5 * 8 + 7, first!.weights.length * 8);
    const changed = (layer: Layer, to: Layer): number[][] =>
      [...to.weights].flatMap((word, i) =>
        word === layer.weights[i] ? [] : [[i, word - layer.weights[i]!]],
      );
    const sign = first!.weights[5]! < 0 ? 128 : -128;
    expect(changed(own[0]!, one!)).toEqual([[5, sign]]);
    expect(changed(own[1]!, two!)).toEqual([[0, own[1]!.weights[0]! & 1 ? -1 : 1]]);
  });

  it('have scales behind the elements of their tensor, which can be guarded alone', async () => {
    const datapath = built('examples/vs-mac.dp', { N: 3, V: 8, M: 4 });
    const memory = await memoryOf(datapath);
    const own = layersOf(memory.quantised) as BlockLayer[];
    const [first] = own;
    expect(turned(memory)).toEqual(own);
    const [read] = turned(memory, first!.weights.length * 3 + 4 * 2 + 3) as BlockLayer[];
    expect(read!.weights).toEqual(first!.weights);
    expect(read!.weightScales![2]! ^ first!.weightScales![2]!).toBe(8);

    const protection = { kind: 'secded', topBits: undefined, wordBits: 64, what: 'scales' } as const;
    const guarded = await memoryOf(datapath, { protection });
    const scales = own.reduce((sum, { weightScales }) => sum + weightScales!.length, 0);
    expect(guarded.guardedBits).toBe(4 * scales);
    expect(guarded.checkBits).toBe(8 * Math.ceil((4 * scales) / 64));
    expect(turned(guarded, first!.weights.length * 3 + 4 * 2 + 3)).toEqual(own);
    await expect(memoryOf(built('examples/dot-int8.dp'), { protection })).rejects.toThrow('no scales');
  });

  it('give a datapath of integers the scores of buffers in exact arithmetic, and more errors at higher rates', async () => {
    const datapath = built('examples/dot-int8.dp');
    const exact = chipRunner(await planned(undefined, { schemes: ['rquant'], where: 'activations' }));
    const own = chipRunner(await planned(datapath, { where: 'activations' }));
    const task = { scheme: 0, chip: 0, levels: [0, 0.01, 0.1] };
    expect(own(task)).toEqual(exact(task));

    const weights = chipRunner(await planned(datapath));
    const scores = weights({ ...task, levels: [0, 0.001, 0.1] });
    if (!scores.ok) throw new Error(JSON.stringify(scores.diagnostics));
    const [none, few, many] = scores.value;
    expect(none).toMatchObject({ wrongBits: 0 });
    expect(few!.wrong).toBeLessThan(none!.wrong + 10);
    expect(many!.wrong).toBeGreaterThan(none!.wrong + 20);
    const transient = chipRunner(await planned(datapath, { transient: { images: 10 } }));
    const flips = transient({ ...task, levels: [0.001] });
    // As many readings as there are tens of images.
    expect(flips.ok && flips.value[0]!.wrongBits / few!.wrongBits).toBeCloseTo(10, 0);
  });
});
