// The report on processing elements with per-vector scaling as Markdown.
import { percent } from './synthesis.mjs';

const plain = '8/8/–/–';
const cells = (list) => `| ${list.join(' | ')} |`;
const heading = (list) => [cells(list), `|${'---|'.repeat(list.length)}`];
const whole = (value) => (value === null ? '–' : value.toFixed(0));
const inText = (list) => list.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** Configurations are bits of weights / activations / scales of weights / scales of activations. */
export function markdown(report) {
  const { title, source, measured, technologies, elements } = report;
  const { vector, vectorMacs, positions, vectors, sizes } = measured;
  const tables = technologies.map((one) => {
    return { ...one, elements: elements.filter(({ technology }) => technology === one.technology) };
  });
  const names = technologies.map(({ technology }) => technology);
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `${vectorMacs} vector MACs of ${vector} lanes. Weights are held for ${positions} cycles, activations are broadcast, one vector a cycle, and the partial sums`,
    `of ${positions} positions are kept in a buffer of two halves that read and write by turns; sums are of ${vectors} vectors.`,
    'Configurations are bits of weights / activations / scales of weights / scales of activations; the product of two scales is',
    'rounded to 8 bits. Buffers of all configurations hold equally many elements:',
    '',
    ...sizes.map((size) => sizeLine(size, measured)),
    '',
    `Logic is synthesised in ${inText(names)}, its energy simulated on the netlist with random words, with a modelled clock tree; memories`,
    'are modelled. Wires between parts are not in it.',
    ...clockLines(tables),
    '',
    'Made by `npm run baseline vs-quant-pe`.',
    ...tables.flatMap((table) => tableLines(table, sizes)),
    '',
    '## Beside the paper',
    '',
    `Against ${plain} in the same technology. All logic is MACs, controller and post-processing.`,
    '',
    ...heading([
      'configuration',
      '',
      'paper',
      '',
      ...sizes.map((size) => size.name),
      'all logic',
      'MACs alone',
    ]),
    ...report.claims.flatMap((claim) => claimLines(tables, claim, sizes)),
    '',
    ...differences(tables),
  ];
  return `${lines.join('\n')}\n`;
}

/** How much buffers of a size hold. */
function sizeLine({ name, weights, activations }, { vector, vectorMacs }) {
  const kib = (vectors) => `${(vector * vectors) / 1024} KiB`;
  const bytes = `${kib(vectorMacs * weights)} and ${kib(activations)} at 8 bits`;
  return `- ${name}: ${weights} vectors of weights in each MAC, ${activations} of activations (${bytes})`;
}

const slowestOf = ({ elements }) =>
  elements.map(({ slowest }) => slowest.delayPs).reduce((most, delay) => Math.max(most, delay));

/** How the clocks were chosen, and what they are for. */
function clockLines([first, ...others]) {
  const margin = (first.clockPs / slowestOf(first)).toFixed(1);
  const followed = others.map(({ technology, clockPs }) => `${clockPs} ps in ${technology}`);
  return [
    `One clock for all configurations: ${first.clockPs} ps in ${first.technology}, which we chose and which is ${margin} times the slowest part, and with the same`,
    `margin, rounded up to 100 ps, ${inText(followed)}. It sets what leaks in a cycle and nothing else: synthesis is not held to it.`,
  ];
}

function tableLines({ technology, clockPs, memories, elements }, sizes) {
  const middle = sizes[1].name;
  return [
    '',
    `## ${technology}, a clock of ${clockPs} ps`,
    '',
    ...memoryLines(memories, elements, sizes),
    '',
    ...wholeLines(elements),
    '',
    `Parts with ${middle}: area in µm², energy in fJ a cycle, delay in ps. Logic is synthesised, buffers are modelled.`,
    '',
    ...partLines(elements.filter(({ size }) => size === middle)),
  ];
}

/** What the memories are, what nobody published of them, and where the model is asked beyond what was published. */
function memoryLines({ memory, from, notes, missing }, elements, sizes) {
  const reasons = [...new Set(Object.values(missing))];
  const lacks = Object.keys(missing).map((figure) => figureNames[figure]);
  const beyond = beyondLines(elements, sizes);
  return [
    `Memories: ${memory} ([${from.title}](${from.url})).`,
    ...notes,
    ...(lacks.length > 0
      ? [
          `What is missing: ${lacks.join(', ')}; ${reasons.join('; ')}. So there is no energy of whole elements here, and the slowest part is one of logic.`,
        ]
      : []),
    ...(beyond.length > 0
      ? [`Beyond the sizes of published macros, where the model is less sure: ${beyond.join(', ')}.`]
      : []),
  ];
}

const figureNames = {
  readEnergyFj: 'energy of a read',
  writeEnergyFj: 'energy of a write',
  leakageNw: 'leakage',
  latencyPs: 'latency',
};

/** The parts whose memories were extrapolated, each with the sizes of buffers at which they were. */
function beyondLines(elements, sizes) {
  const names = elements[0].parts.map((part) => part.name);
  return names.flatMap((label) => {
    const at = sizes.filter(({ name: size }) =>
      elements.some(
        (row) => row.size === size && row.parts.find((part) => part.name === label).notes.length > 0,
      ),
    );
    if (at.length === 0) return [];
    return [at.length === sizes.length ? label : `${label} (${inText(at.map(({ name }) => name))})`];
  });
}

/** Elements against the one without scales; columns of energy and errors only where there are such figures. */
function wholeLines(elements) {
  const energy = hasEnergy(elements);
  const hasErrors = elements.some(({ errorPercent }) => errorPercent.areaUm2 > 0);
  const line = (row) => {
    const base = baseOf(elements, row);
    return cells([
      row.configuration,
      row.size.replace(' buffers', ''),
      whole(row.areaUm2),
      percent(row.areaUm2 / base.areaUm2),
      ...(energy
        ? [
            whole(row.energyFjPerMac),
            percent(row.energyFjPerMac / base.energyFjPerMac),
            whole(leakagePercent(row)),
          ]
        : []),
      whole(row.synthesisedPercent),
      ...(hasErrors ? [whole(row.errorPercent.areaUm2)] : []),
      ...(energy && hasErrors ? [whole(row.errorPercent.energyFjPerCycle)] : []),
      `${whole(row.slowest.delayPs)} (${row.slowest.name})`,
    ]);
  };
  return [
    ...heading([
      ...['configuration', 'buffers', 'area, µm²', `against ${plain}`],
      ...(energy ? ['energy, fJ a MAC', `against ${plain}`, 'of it leakage, %'] : []),
      'synthesised, % of area',
      ...(hasErrors ? ['models, ± % of area'] : []),
      ...(energy && hasErrors ? ['of energy'] : []),
      'slowest part, ps',
    ]),
    ...elements.map(line),
  ];
}

const hasEnergy = (elements) => elements.every(({ energyFjPerMac }) => energyFjPerMac !== null);

const leakagePercent = ({ parts, energyFjPerCycle }) =>
  (100 * parts.reduce((sum, { leakageFj }) => sum + leakageFj, 0)) / energyFjPerCycle;

const baseOf = (elements, { size }) =>
  elements.find((one) => one.configuration === plain && one.size === size);

function partLines(elements) {
  const names = elements[0].parts.map(({ name: label }) => label);
  const cell = ({ areaUm2, energyFjPerCycle, delayPs }) =>
    [areaUm2, energyFjPerCycle, delayPs].map(whole).join(', ');
  const line = (label) =>
    cells([label, ...elements.map(({ parts }) => cell(parts.find((part) => part.name === label)))]);
  return [
    ...heading(['part', ...elements.map(({ configuration }) => configuration)]),
    ...names.map(line),
    cells(['all logic', ...elements.map((one) => cell(logicOf(one)))]),
  ];
}

/** What is synthesised of an element. */
function logicOf({ parts }) {
  const logic = parts.filter(({ origin }) => origin === 'synthesised');
  const sum = (figure) => logic.reduce((all, part) => all + part[figure], 0);
  return {
    areaUm2: sum('areaUm2'),
    energyFjPerCycle: sum('energyFjPerCycle'),
    delayPs: Math.max(...logic.map(({ delayPs }) => delayPs)),
  };
}

function claimLines(tables, { configuration, area, energy }, sizes) {
  const said = (range) => range?.map((value) => `−${-value} %`).join(' or ') ?? 'not said';
  const line = ({ technology, elements }, figure) => {
    const rows = (label) => elements.filter((one) => one.configuration === label);
    const over = (of) => {
      const [own, base] = [configuration, plain].map((label) => of(rows(label)));
      return own === null ? '–' : percent(own / base);
    };
    return [
      technology,
      ...sizes.map(({ name }) => over((own) => own.find(({ size }) => size === name)[figure])),
      over(([own]) => logicOf(own)[figure]),
      over(([own]) => own.parts[0][figure]),
    ];
  };
  const figures = [
    ['area', area, 'areaUm2'],
    ['energy', energy, 'energyFjPerCycle'],
  ];
  return figures.flatMap(([label, range, figure]) =>
    tables.map((table) => cells([configuration, label, said(range), ...line(table, figure)])),
  );
}

function differences(tables) {
  return [
    '- The paper’s sources differ: for ResNet50 on 4 bits the proceedings say 36 % of area and 69 % of energy, the authors’ page 37 %',
    '  and 24 %; for BERT with 4-bit weights and 8-bit activations 28 % and 26 % of area. They compare accelerators at equal accuracy; here',
    '  it is one processing element of ours, in other memories and other technologies, with sizes that we chose.',
    '- The share of the buffers decides: they shrink with the bits of an element, less what the scales take, while partial sums',
    '  grow by the scales’ bits. The larger the buffers are, the more of the saving is that of storage.',
    '- Post-processing divides exactly, a vector of sums at a time, where 8/8 has one requantiser that takes them one by one; it is',
    '  the price of finding a scale for each vector on the way. The paper’s unit may be simpler, or shared between elements.',
    '  Its part of the area, in %, with small, middle and large buffers:',
    ...tables.map(
      (table) =>
        `  ${table.technology}: ${['4/4/4/4', '4/8/6/10'].map((label) => `${label} ${postShares(table, label)}`).join('; ')}.`,
    ),
    ...tables.filter(({ elements }) => hasEnergy(elements)).map(leakageLine),
    '- In asap7 small memories come out too small, as said above: logic, and post-processing most of all, weighs more there with small',
    '  buffers than it would in a layout. With large ones both technologies say the same.',
    '- More than half of the slowest path of 4/8/6/10 in asap7 is one net of 100 fF that mapping leaves to the smallest inverter, with a',
    '  clock to fit into as without: no faster than in freepdk45, which says more of our flow than of the unit.',
    '- Random words change half of their bits in a cycle; trained weights and activations after ReLU change fewer, in all configurations.',
  ];
}

function leakageLine({ technology, elements }) {
  const most = Math.max(...elements.map(leakagePercent));
  return `- Energies in ${technology} hold for its clock: up to ${whole(most)} % of them is leakage, which a shorter period would lessen.`;
}

/** The post-processing’s part of the area at each size of the buffers, in percent. */
function postShares({ elements }, configuration) {
  const own = elements.filter((one) => one.configuration === configuration);
  return own.map(({ areaUm2, parts }) => Math.round((100 * parts.at(-1).areaUm2) / areaUm2)).join(', ');
}
