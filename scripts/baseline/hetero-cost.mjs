// Area and energy of a layer with constant weights of 1.4 bits on average, unrolled, beside one of 2 bits.
import { readFile } from 'node:fs/promises';
import { builtModules, need, short, synthesised, technologyOf } from './synthesis.mjs';

export const name = 'hetero-cost';

export const technologies = ['freepdk45', 'asap7'];
const activationBits = 2;
const [outputs, inputs] = [4, 64];
const command = `npm run baseline ${name}`;
const source =
  'J. Fromm, S. Patel, M. Philipose, "Heterogeneous Bitwidth Binarization in Convolutional Neural Networks", NeurIPS 2018';

/** Bits of the weights: all 2, and 1.4 on average by middle-out selection. */
const averages = [2, 1.4];

export async function run() {
  const json = await figures(await builtModules());
  return { json, markdown: markdown(json) };
}

/** The first four outputs of a trained layer of 64 inputs. */
export async function layers({ nn }) {
  const file = new URL('../../models/mlp.onnx', import.meta.url);
  const network = need(await nn.readOnnx(await readFile(file), 'models/mlp.onnx'));
  const { data } = network.initialisers.get('dense3.weight');
  return [{ weights: 'dense3.weight', values: Float64Array.from(data.slice(0, outputs * inputs)) }];
}

/** A layer in so many bits; `share` adds equal parts of sums once. */
export function designOf({ format }, { values }, average, share) {
  const bits =
    average === 2
      ? new Uint8Array(values.length).fill(2)
      : need(format.selectBits(values, average, 'middle_out'));
  const planes = need(format.binarise(values, bits));
  const back = format.unbinarise(planes);
  const error = values.reduce((sum, x, i) => sum + (x - back[i]) ** 2, 0);
  const text = `datapath layer() {
  in a: uint(${activationBits})[${inputs}]
  out planes = hetero_dot(a, bits: [${[...bits].join(', ')}], signs: [${[...planes.signs].join(', ')}], outputs: ${outputs}, share: ${share})
}`;
  return {
    name: `${average} bits${share ? ', shared' : ''}`,
    text,
    arithmetic: 'behavioural',
    binaryOperations: activationBits * bits.reduce((sum, own) => sum + own, 0),
    squaredError: short(error / values.reduce((sum, x) => sum + x ** 2, 0)),
  };
}

export async function figures(modules, chosen = averages) {
  const rows = [];
  for (const technology of technologies)
    for (const layer of await layers(modules))
      for (const average of chosen)
        for (const share of [false, true]) {
          const design = designOf(modules, layer, average, share);
          console.error(`  ${technology}: ${layer.weights}, ${design.name}`);
          const { binaryOperations, squaredError } = design;
          const tech = await technologyOf(modules, technology);
          const { design: _, ...cost } = await synthesised(modules, design, tech);
          const about = { technology, weights: layer.weights, bits: average, share };
          rows.push({ ...about, binaryOperations, squaredError, ...cost });
        }
  return {
    schema: 1,
    title: 'Heterogeneous bits, unrolled: 1.4 bits a weight beside 2',
    source,
    technologies,
    measured: {
      what: 'synthesised; energy with uniform random activations',
      activationBits,
      outputs,
      inputs,
      network: 'models/mlp.onnx',
    },
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row, rows) })),
  };
}

/** To the layer of 2 bits of the same technology, weights and form. */
function ratioOf(row, rows) {
  const alike = ['technology', 'weights', 'share'];
  const base = rows.find((one) => alike.every((key) => one[key] === row[key]));
  const over = (key) => short(row[key] / base[key]);
  return {
    binaryOperations: over('binaryOperations'),
    areaUm2: over('areaUm2'),
    energyFjPerCycle: over('energyFjPerCycle'),
  };
}

export function markdown({ title, rows }) {
  const times = (value) => `${value.toFixed(2)}×`;
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `Sums of the planes of ${outputs} outputs from ${inputs} inputs of models/mlp.onnx, weights constant, each of its own number of bits by residual binarisation:`,
    'all of 2 bits, or 1.4 on average by middle-out selection. Ratios are to the layer of 2 bits in the same form.',
    `Activations of ${activationBits} bits. Synthesised in ${technologies.join(' and ')}; energy is simulated on the netlist with uniform random`,
    'activations. Shared: equal parts of sums are added once. Error: squared, of the weights, over their squares, nothing trained anew.',
    '',
    `Made by \`${command}\`.`,
    '',
    '| technology | weights | bits | form | binary operations | ratio | area, µm² | ratio | energy, fJ | ratio | delay, ps | error |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${[
          row.technology,
          row.weights,
          row.bits,
          row.share ? 'shared' : 'each by itself',
          row.binaryOperations,
          times(row.ratio.binaryOperations),
          row.areaUm2.toFixed(0),
          times(row.ratio.areaUm2),
          row.energyFjPerCycle.toFixed(0),
          times(row.ratio.energyFjPerCycle),
          row.delayPs.toFixed(0),
          row.squaredError.toFixed(3),
        ].join(' | ')} |`,
    ),
    '',
    '## Beside the paper',
    '',
    '- 1.4 bits in place of 2 are 0.70 times the binary operations; that hardware shrinks with them is the paper’s argument, and',
    `  it gives no area. ${verdict(rows)}`,
    '- Each sum by itself shrinks less than its operations: an output has a sum for each plane, and 1.4 bits by middle-out have',
    '  three planes where 2 bits have two. The first plane is as full as before; the others lose elements, but not their',
    '  last adders.',
    '- The error of 1.4 bits by middle-out is not greater than that of 2 bits for all: its few weights of three bits are the ones that',
    '  need them. Nothing was trained anew, which is what the paper’s accuracies rest on.',
  ];
  return `${lines.join('\n')}\n`;
}

function verdict(rows) {
  const ratio = (technology, share) =>
    rows.find((row) => row.bits === 1.4 && row.technology === technology && row.share === share).ratio;
  const both = ({ areaUm2, energyFjPerCycle }) =>
    `area ${areaUm2.toFixed(2)}, energy ${energyFjPerCycle.toFixed(2)} times`;
  const lines = technologies.map(
    (one) =>
      `in ${one} ${both(ratio(one, false))} with each sum by itself, ${both(ratio(one, true))} with parts shared`,
  );
  return `Here: ${lines.join('; ')}.`;
}
