// Processing elements with per-vector scaling beside one of 8-bit integers: MAC array, buffers, controller, post-processing.
import {
  builtModules,
  elaborated,
  memoryModelOf,
  need,
  percent,
  readPackage,
  short,
  sizeOf,
  technologyOf,
} from './synthesis.mjs';

export const name = 'vs-quant-pe';

export const technology = 'freepdk45';
const vector = 16;
const macs = 8;
const positions = 16;
const clockPs = 4000;
/** Vectors in one sum: 3 × 3 kernels over 128 channels. */
const vectors = 72;
const command = `npm run baseline ${name}`;
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
const middle = sizes[1];

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

/** The element as `bitloom cost element` reads it. Words wider than a macro are split in two banks. */
export function elementOf(configuration, size) {
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
    clockPs,
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
  const tech = await technologyOf(modules, technology);
  const memories = await memoryModelOf(modules, technology);
  const elements = [];
  for (const configuration of chosen) {
    console.error(`  ${configuration.name}`);
    const designs = await designsOf(configuration);
    const read = ({ design }) =>
      Promise.resolve({ ok: true, diagnostics: [], value: elaborated(modules, designs[design]) });
    const options = { cache: modules.cache.openStore('synth'), arithmetic: 'bitheap' };
    for (const size of sizes) {
      const element = need(
        modules.cost.parseElement('element', JSON.stringify(elementOf(configuration, size))),
      );
      const cost = need(
        await modules.flow.costElement(element, { technology: tech, memories, read }, options),
      );
      elements.push(rowOf(configuration, size, cost));
    }
    elements.at(-1).designs = Object.fromEntries(
      Object.entries(designs).map(([key, design]) => [key, sizeOf(modules, elaborated(modules, design))]),
    );
  }
  return {
    schema: 1,
    title: 'Processing elements with per-vector scaling',
    source,
    claims,
    technology,
    measured: {
      what: 'logic synthesised, its energy simulated with random words; memories modelled',
      vector,
      vectorMacs: macs,
      positions,
      vectors,
      clockPs,
      sizes,
    },
    elements,
  };
}

function rowOf(configuration, size, cost) {
  const parts = cost.parts.map((part) => ({
    name: part.name,
    count: part.count,
    areaUm2: short(part.areaUm2),
    energyFjPerCycle: short(part.energyFjPerCycle),
    leakageFj: short(part.energy.leakageFj),
    delayPs: short(part.delayPs),
    origin: part.origin.areaUm2,
    notes: part.notes,
  }));
  const { areaUm2, energyFjPerCycle, energyFjPerMac, synthesisedPercent, errorPercent, clock } = cost;
  return {
    configuration: configuration.name,
    size: size.name,
    sumBits: sumBits(configuration),
    areaUm2: short(areaUm2),
    energyFjPerCycle: short(energyFjPerCycle),
    energyFjPerMac: short(energyFjPerMac),
    synthesisedPercent: short(synthesisedPercent),
    errorPercent: {
      areaUm2: short(errorPercent.areaUm2),
      energyFjPerCycle: short(errorPercent.energyFjPerCycle),
    },
    slowest: { name: clock.slowest, delayPs: short(clock.slowestPs), met: clock.met },
    parts,
  };
}

export function markdown({ title, elements, claims: told }) {
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `${macs} vector MACs of ${vector} lanes. Weights are held for ${positions} cycles, activations are broadcast, one vector a cycle, and the partial sums`,
    `of ${positions} positions are kept in a buffer of two halves that read and write by turns; sums are of ${vectors} vectors. Buffers of all`,
    `configurations hold equally many elements: ${sizes.map(sizeText).join('; ')}.`,
    'Configurations are bits of weights / activations / scales of weights / scales of activations; the product of two scales is',
    `rounded to 8 bits. Synthesised in ${technology}, energy simulated with random words; memories, and they alone, are modelled.`,
    `Leakage over a clock of ${clockPs} ps. Wires between parts are not in it.`,
    '',
    `Made by \`${command}\`.`,
    '',
    '## Whole elements, against 8/8/–/–',
    '',
    '| configuration | buffers | area, µm² | | energy, fJ a MAC | | synthesised, % of area | models, ± % of area | of energy |',
    '|---|---|---|---|---|---|---|---|---|',
    ...elements.map((row) => elementLine(row, baseOf(elements, row))),
    '',
    `## Parts, ${middle.name}: area in µm², energy in fJ a cycle`,
    '',
    ...partLines(elements.filter(({ size }) => size === middle.name)),
    '',
    '## Beside the paper',
    '',
    '| configuration | | paper | small buffers | middle | large | the MACs alone |',
    '|---|---|---|---|---|---|---|',
    ...told.flatMap((claim) => claimLines(elements, claim)),
    '',
    '- The paper’s sources differ: for ResNet50 on 4 bits the proceedings say 36 % of area and 69 % of energy, the authors’ page 37 %',
    '  and 24 %; for BERT with 4-bit weights and 8-bit activations 28 % and 26 % of area. They compare accelerators at equal accuracy; here',
    '  it is one processing element of ours, in other memories and another technology, with sizes that we chose.',
    '- The share of the buffers decides: they shrink with the bits of an element, less what the scales take, while partial sums',
    '  grow by the scales’ bits. The larger the buffers are, the more of the saving is that of storage.',
    '- Post-processing divides exactly, a vector of sums at a time, where 8/8 has one requantiser that takes them one by one; it is',
    '  the price of finding a scale for each vector on the way. The paper’s unit may be simpler, or shared between elements.',
    `  Of the area of 4/4/4/4 it is ${postShares(elements, '4/4/4/4')} %, of 4/8/6/10 ${postShares(elements, '4/8/6/10')} % (small, middle, large buffers).`,
    '- Random words are the worst case of activity: trained weights and activations after ReLU toggle less, in all configurations.',
  ];
  return `${lines.join('\n')}\n`;
}

const sizeText = ({ name: label, weights, activations }) =>
  `${label}: ${weights} vectors of weights in each MAC, ${activations} of activations`;

const baseOf = (elements, { size }) =>
  elements.find((one) => one.configuration === '8/8/–/–' && one.size === size);

/** The post-processing’s part of the area at each size of the buffers, in percent. */
function postShares(elements, configuration) {
  const own = elements.filter((one) => one.configuration === configuration);
  return own.map(({ areaUm2, parts }) => Math.round((100 * parts.at(-1).areaUm2) / areaUm2)).join(', ');
}

function elementLine(row, base) {
  return `| ${[
    row.configuration,
    row.size.replace(' buffers', ''),
    row.areaUm2.toFixed(0),
    percent(row.areaUm2 / base.areaUm2),
    row.energyFjPerMac.toFixed(0),
    percent(row.energyFjPerMac / base.energyFjPerMac),
    row.synthesisedPercent.toFixed(0),
    row.errorPercent.areaUm2.toFixed(0),
    row.errorPercent.energyFjPerCycle.toFixed(0),
  ].join(' | ')} |`;
}

function partLines(elements) {
  const names = elements[0].parts.map(({ name: label }) => label);
  const cell = ({ parts }, label) => {
    const part = parts.find((one) => one.name === label);
    return `${part.areaUm2.toFixed(0)}, ${part.energyFjPerCycle.toFixed(0)} (${part.origin})`;
  };
  return [
    `| part | ${elements.map(({ configuration }) => configuration).join(' | ')} |`,
    `|---|${elements.map(() => '---|').join('')}`,
    ...names.map((label) => `| ${label} | ${elements.map((one) => cell(one, label)).join(' | ')} |`),
  ];
}

function claimLines(elements, { configuration, area, energy }) {
  const of = (figure) =>
    sizes.map((size) => {
      const row = elements.find((one) => one.configuration === configuration && one.size === size.name);
      return percent(row[figure] / baseOf(elements, row)[figure]);
    });
  const macsOf = (label) => elements.find((one) => one.configuration === label).parts[0];
  const alone = (figure) => percent(macsOf(configuration)[figure] / macsOf('8/8/–/–')[figure]);
  const said = (range) => range?.map((value) => `−${-value} %`).join(' or ') ?? 'not said';
  return [
    `| ${configuration} | area | ${said(area)} | ${of('areaUm2').join(' | ')} | ${alone('areaUm2')} |`,
    `| ${configuration} | energy | ${said(energy)} | ${of('energyFjPerMac').join(' | ')} | ${alone('energyFjPerCycle')} |`,
  ];
}
