// Energies and areas of operations at 45 nm: the published table beside what is synthesised and modelled in freepdk45.
import { builtModules, memoryModelOf, need, short, synthesised, technologyOf } from './synthesis.mjs';

export const name = 'energy-45nm';

export const technology = 'freepdk45';

const binary = (type, result) => `datapath operation() {
  in a: ${type}
  in b: ${type}
  out y = ${result}
}`;

/** Published: energy in pJ and area in µm², M. Horowitz, ISSCC 2014. */
export const operations = [
  operation('int8 add', binary('int(8)', 'wrap(a + b, to: int(8))'), 0.03, 36),
  operation('int32 add', binary('int(32)', 'wrap(a + b, to: int(32))'), 0.1, 137),
  operation('int8 multiply', binary('int(8)', 'a * b'), 0.2, 282),
  operation('int32 multiply', binary('int(32)', 'a * b'), 3.1, 3495),
  operation('fp16 add', binary('fp16', 'fp_add(a, b)'), 0.4, 1360, 'behavioural'),
  operation('fp32 add', binary('fp32', 'fp_add(a, b)'), 0.9, 4184, 'behavioural'),
  operation('fp16 multiply', binary('fp16', 'fp_mul(a, b)'), 1.1, 1640),
  operation('fp32 multiply', binary('fp32', 'fp_mul(a, b)'), 3.7, 7700),
];

function operation(name, text, energyPj, areaUm2, arithmetic = 'bitheap') {
  return { name, text, arithmetic, published: { energyPj, areaUm2 } };
}

/** 64 bits read from a memory, and of how many banks ours is made: freepdk45's macros end at 2048 words. */
const memories = [
  { name: '8 kB', words: 1024, banks: 1, published: { energyPj: 10 } },
  { name: '32 kB', words: 2048, banks: 2, published: { energyPj: 20 } },
  { name: '1 MB', words: 2048, banks: 64, published: { energyPj: 100 } },
];

export async function run() {
  const json = await figures(await builtModules());
  return { json, markdown: markdown(json) };
}

/** The whole table; `only` chooses operations by name, all by default. */
export async function figures(modules, only = () => true) {
  const tech = await technologyOf(modules, technology);
  const model = await memoryModelOf(modules, technology);
  const published = 0.9;
  const { voltage } = tech.corner;
  const scale = (published / voltage) ** 2;
  const rows = [];
  for (const one of operations.filter(({ name }) => only(name))) {
    console.error(`  ${one.name}`);
    rows.push(beside(await synthesised(modules, one, tech), one, scale));
  }
  return {
    schema: 1,
    title: 'Energy and area of operations at 45 nm',
    source:
      'M. Horowitz, "Computing’s Energy Problem (and what we can do about it)", ISSCC 2014, as it is widely reproduced; 45 nm, 0.9 V',
    technology,
    voltage: { published, ours: voltage, scale: short(scale) },
    activity: 'uniform random words in every cycle',
    operations: rows,
    memories: memories.map((memory) => read(modules, model, memory, scale)),
  };
}

/** Ours beside what is published; `atVoltage`: with the square of the voltages between. */
function beside({ design, size, areaUm2, delayPs, energyFjPerCycle, cells }, { published }, scale) {
  const energyPj = short(energyFjPerCycle / 1000);
  return {
    operation: design,
    origin: 'synthesised',
    size,
    cells,
    delayPs,
    areaUm2,
    energyPj,
    published,
    ratio: {
      area: short(areaUm2 / published.areaUm2),
      energy: short(energyPj / published.energyPj),
      energyAtVoltage: short((energyPj * scale) / published.energyPj),
    },
  };
}

function read({ cost }, model, { name, words, banks, published }, scale) {
  const bank = need(cost.memoryCost(model, { words, width: 64, ports: 1 }));
  const energyPj = short(bank.readEnergyFj / 1000);
  return {
    memory: name,
    origin: 'modelled',
    words,
    banks,
    areaUm2: short(banks * bank.areaUm2),
    energyPj,
    expectedErrorPercent: bank.errorPercent.readEnergyFj.leaveOneOut,
    extrapolated: bank.beyond,
    published,
    ratio: {
      energy: short(energyPj / published.energyPj),
      energyAtVoltage: short((energyPj * scale) / published.energyPj),
    },
  };
}

export function markdown({ title, source, voltage, operations, memories }) {
  const times = (ratio) => `${ratio.toFixed(2)}×`;
  const lines = [
    `# ${title}`,
    '',
    `Published: ${source}.`,
    `Ours: synthesised in ${technology}, the Nangate 45 nm library at ${voltage.ours} V, with random words on the inputs in every cycle;`,
    'memories by the model of its macros. Logic alone, without registers, as little area as the default mapping finds without a',
    `clock. “At ${voltage.published} V”: ours times ${voltage.scale.toFixed(3)}, the square of the voltages.`,
    '',
    `Made by \`npm run baseline ${name}\`.`,
    '',
    '| operation | area, µm² | published | ratio | energy, pJ | published | ratio | at 0.9 V | delay, ps |',
    '|---|---|---|---|---|---|---|---|---|',
    ...operations.map(
      ({ operation: label, areaUm2, energyPj, published, ratio, delayPs }) =>
        `| ${label} | ${areaUm2.toFixed(0)} | ${published.areaUm2} | ${times(ratio.area)} | ${energyPj.toPrecision(3)} | ${published.energyPj} | ${times(ratio.energy)} | ${times(ratio.energyAtVoltage)} | ${delayPs.toFixed(0)} |`,
    ),
    '',
    '## 64 bits read from a memory',
    '',
    '| memory | of | energy, pJ (modelled) | published | ratio | at 0.9 V |',
    '|---|---|---|---|---|---|',
    ...memories.map(
      ({ memory, banks, words, extrapolated, energyPj, expectedErrorPercent, published, ratio }) =>
        `| ${memory} | ${banks} × ${words} words${extrapolated.length > 0 ? ' (extrapolated)' : ''} | ${energyPj.toFixed(1)} ± ${expectedErrorPercent} % | ${published.energyPj} | ${times(ratio.energy)} | ${times(ratio.energyAtVoltage)} |`,
    ),
    '',
    '## Why they differ',
    '',
    `- The source gives neither library nor flow, clock, load or activity. ${spread(operations)}`,
    '- Energies: here every bit of both operands is drawn anew in every cycle, so half of them change, and every output bit drives',
    '  four inverters. That is a lot of a small adder’s energy. Hazards are not counted, of which large multipliers have many.',
    '- Areas of integer operations: adders are mapped for area and delay alike, not for area alone. Areas of floating point: ours',
    '  are combinational and as slow as the table says; pipelined ones for a fast clock have registers and larger cells. How many',
    '  stages the published ones have is not said. Ours round correctly in one mode and take subnormals.',
    '- Memories: ours is one bank as CACTI has it. What brings a word from one of many banks to where it is needed has no',
    '  model here, so that 1 MB costs no more than 32 kB; the published 100 pJ show what is missing. The published figures are of',
    '  caches; whether tags are in them is not said.',
  ];
  return `${lines.join('\n')}\n`;
}

function spread(operations) {
  const range = (pick) => {
    const all = operations.map(pick);
    return `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} times`;
  };
  return `Ours are ${range(({ ratio }) => ratio.area)} the published areas and ${range(({ ratio }) => ratio.energyAtVoltage)} the published energies at the same voltage.`;
}
