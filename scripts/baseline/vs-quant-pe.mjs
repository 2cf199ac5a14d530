// Processing elements with per-vector scaling beside one of 8-bit integers: MAC array, buffers, controller, post-processing.
import {
  builtModules,
  elaborated,
  memoryModelOf,
  need,
  readPackage,
  short,
  sizeOf,
  technologyOf,
} from './synthesis.mjs';
import { markdown } from './vs-quant-pe-text.mjs';

export { markdown };

export const name = 'vs-quant-pe';

export const technologies = ['freepdk45', 'asap7'];
/**
 * The clock leaves the slowest part of all configurations the same margin in both: 4000 ps are chosen, the other follows, in
 * whole 100 ps. It weighs leakage and is not given to synthesis.
 */
export const clocksPs = { freepdk45: 4000, asap7: 4200 };
const vector = 16;
const macs = 8;
const positions = 16;
/** Vectors in one sum: 3 × 3 kernels over 128 channels. */
const vectors = 72;
const source =
  'S. Dai et al., "VS-Quant: Per-vector Scaled Quantization for Accurate Low-Precision Neural Network Inference", MLSys 2021';

/** Bits of weights and activations, and of their scales where each vector has one. */
export const configurations = [
  { w: 8, a: 8 },
  { w: 4, a: 8 },
  { w: 4, a: 4 },
  { w: 4, a: 4, ws: 4, as: 4 },
  { w: 4, a: 8, ws: 6, as: 10 },
].map((one) => ({ ...one, name: [one.w, one.a, one.ws ?? '–', one.as ?? '–'].join('/') }));

/** What the paper says of 4-bit ResNet50 and of BERT with 4-bit weights and 8-bit activations, against 8/8/–/–. */
const claims = [
  { configuration: '4/4/4/4', area: [-36, -37], energy: [-24, -69] },
  { configuration: '4/8/6/10', area: [-26, -28], energy: null },
];

/** Vectors of each buffer. */
const sizes = [
  { name: 'small buffers', weights: 64, activations: 128 },
  { name: 'middle buffers', weights: 256, activations: 512 },
  { name: 'large buffers', weights: 1024, activations: 2048 },
];

/** Bits of a partial sum, just enough for the greatest one; with scales their product is rounded to 8 bits. */
function sumBits({ w, a, ws }) {
  return w + a + Math.ceil(Math.log2(vector * vectors)) + (ws === undefined ? 0 : 8);
}

/** A vector MAC without scales, as examples/vs-lane.dp is with them. */
const plainLane = `datapath lane(W: 2..8 = 8, A: 2..8 = 8, V: 2..256 = 16, bits: 8..64 = 24, stages: 0..8 = 2) {
  in w: int(W)[V]
  in a: int(A)[V]
  in partial: int(bits)
  out y = wrap(partial + dot(w, a), to: int(bits))
  pipeline(stages: stages)
}`;

/** One lane of requantisation: it takes the sums one by one. */
const plainPost = `datapath post(bits: 8..64 = 24, N: 2..8 = 8, stages: 0..16 = 2) {
  in x: int(bits)
  in bias: int(bits)
  in multiplier: uint(16)
  out y = requantise(x, bias, multiplier, shift: 24, to: int(N))
  pipeline(stages: stages)
}`;

/** The designs of a configuration’s parts, by the names that its element gives as files. */
export async function designsOf({ w, a, ws, as }) {
  const bits = sumBits({ w, a, ws });
  const control = {
    name: 'control',
    text: await readPackage('examples/pe-control.dp'),
    parameters: { positions },
  };
  if (ws === undefined)
    return {
      lane: { name: 'lane', text: plainLane, parameters: { W: w, A: a, V: vector, bits } },
      post: { name: 'post', text: plainPost, parameters: { bits, N: a } },
      control,
    };
  const lane = { W: w, A: a, V: vector, ws, as, R: 8, bits };
  return {
    lane: { name: 'lane', text: await readPackage('examples/vs-lane.dp'), parameters: lane },
    post: {
      name: 'post',
      text: await readPackage('examples/vs-post.dp'),
      parameters: { V: vector, bits, N: a, M: as },
    },
    control,
  };
}

/** The element as `bitloom cost element` reads it, in a technology’s clock. Words wider than a macro are split in two banks. */
export function elementOf(technology, configuration, size) {
  const { name, w, a, ws = 0, as = 0 } = configuration;
  const buffer = (label, role, words, bits, count, access) => {
    const banks = bits > 116 ? 2 : 1;
    const memory = { words, width: Math.ceil(bits / banks) };
    return { name: label, role, memory, count: banks * count, ...access };
  };
  const vectorsOut = positions * vectors;
  return {
    schema: 1,
    name: `${name}, ${size.name}`,
    clockPs: clocksPs[technology],
    macsPerCycle: vector * macs,
    parts: [
      { name: 'vector MACs', role: 'compute', design: 'lane', count: macs },
      buffer('weight buffer', 'weights', size.weights, vector * w + ws, macs, {
        readEvery: positions,
        writeEvery: positions * size.weights,
      }),
      buffer('activation buffer', 'activations', size.activations, vector * a + as, 1, {
        readEvery: 1,
        writeEvery: positions,
      }),
      buffer('partial sums', 'accumulators', 32, (macs / 4) * 2 * sumBits(configuration), 4, {
        readEvery: 2,
        writeEvery: 2,
      }),
      { name: 'controller', role: 'control', design: 'control' },
      {
        name: 'post-processing',
        role: 'post-processing',
        design: 'post',
        // eight sums of a position at a time: sixteen make a vector, and one by one they take a cycle each
        busyEvery: ws === 0 ? vectorsOut / (positions * macs) : (vectorsOut * vector) / (positions * macs),
        gated: true,
      },
    ],
  };
}

export async function run() {
  const json = await figures(await builtModules());
  return { json, markdown: markdown(json) };
}

export async function figures(modules, chosen = configurations) {
  const made = [];
  for (const technology of technologies) made.push(await elementsIn(modules, technology, chosen));
  return {
    schema: 2,
    title: 'Processing elements with per-vector scaling',
    source,
    claims,
    measured: {
      what: 'logic synthesised, its energy simulated with random words; memories modelled',
      vector,
      vectorMacs: macs,
      positions,
      vectors,
      sizes,
    },
    technologies: made.map(({ technology, memories }) => ({
      technology,
      clockPs: clocksPs[technology],
      memories: sourceOf(memories),
    })),
    elements: made.flatMap(({ elements }) => elements),
  };
}

/** Every configuration at every size of its buffers in a technology. */
async function elementsIn(modules, technology, chosen) {
  const tech = await technologyOf(modules, technology);
  const memories = await memoryModelOf(modules, technology);
  const elements = [];
  for (const configuration of chosen) {
    console.error(`  ${technology}: ${configuration.name}`);
    const designs = await designsOf(configuration);
    const read = ({ design }) =>
      Promise.resolve({ ok: true, diagnostics: [], value: elaborated(modules, designs[design]) });
    const options = { cache: modules.cache.openStore('synth'), arithmetic: 'bitheap' };
    for (const size of sizes) {
      const text = JSON.stringify(elementOf(technology, configuration, size));
      const element = need(modules.cost.parseElement('element', text));
      const cost = need(
        await modules.flow.costElement(element, { technology: tech, memories, read }, options),
      );
      elements.push({ technology, ...rowOf(configuration, size, cost) });
    }
    elements.at(-1).designs = Object.fromEntries(
      Object.entries(designs).map(([key, design]) => [key, sizeOf(modules, elaborated(modules, design))]),
    );
  }
  return { technology, memories, elements };
}

/** What a memory model is made of, and why it lacks what it lacks. */
export function sourceOf({ memory, source: from, notes, variants }) {
  const missing = variants.find(({ ports }) => ports === 1).missing;
  return { memory, from, notes, missing };
}

/** A figure that there is none of stays null. */
const shortened = (value) => (value === null ? null : short(value));

function rowOf(configuration, size, cost) {
  const parts = cost.parts.map((part) => ({
    name: part.name,
    count: part.count,
    areaUm2: short(part.areaUm2),
    energyFjPerCycle: shortened(part.energyFjPerCycle),
    leakageFj: shortened(part.energy.leakageFj),
    delayPs: shortened(part.delayPs),
    origin: part.origin.areaUm2,
    notes: part.notes,
  }));
  const { areaUm2, energyFjPerCycle, energyFjPerMac, synthesisedPercent, errorPercent, clock } = cost;
  return {
    configuration: configuration.name,
    size: size.name,
    sumBits: sumBits(configuration),
    areaUm2: short(areaUm2),
    energyFjPerCycle: shortened(energyFjPerCycle),
    energyFjPerMac: shortened(energyFjPerMac),
    synthesisedPercent: short(synthesisedPercent),
    errorPercent: {
      areaUm2: short(errorPercent.areaUm2),
      energyFjPerCycle: energyFjPerCycle === null ? null : short(errorPercent.energyFjPerCycle),
    },
    slowest: { name: clock.slowest, delayPs: short(clock.slowestPs), met: clock.met },
    parts,
  };
}
