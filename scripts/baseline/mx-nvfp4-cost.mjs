// Units for block-scaled formats beside each other: MX, NVFP4, per-vector scaling and plain integers, 32 products a cycle.
import { builtModules, need, short, synthesised, technologyOf } from './synthesis.mjs';

export const name = 'mx-nvfp4-cost';

export const technologies = ['freepdk45', 'asap7'];
const lanes = 32;
const terms = 64;
const seed = 1;
const [cycles, streams] = [100, 8];
const command = `npm run baseline ${name}`;

const accumulate = (sum, type, add) => `
  in first: bool
  in valid: bool
  let partial = ${sum}
  reg total: ${type} = ${add} when valid
  out y = total
  pipeline(stages: 3)
}`;

/** Blocks with a scale each, exact inside, added in FP32. */
function blocks(format, element, block, scale) {
  const count = lanes / block;
  return {
    name: format,
    format,
    block,
    bitsPerElement: bitsOf[element] + 8 / block,
    text: `datapath unit() {
  in a: ${element}[${lanes}]
  in b: ${element}[${lanes}]
  in a_scale: ${scale}[${count}]
  in b_scale: ${scale}[${count}]${accumulate(
    `mx_dot(a, b, a_scale, b_scale, block: ${block}, to: fp32)`,
    'fp32',
    'if first then partial else fp_add(total, partial)',
  )}`,
  };
}

const bitsOf = { fp4_e2m1: 4, fp8_e4m3: 8 };

const integers = (bits) => {
  const sum = 2 * bits + Math.log2(lanes * terms);
  return {
    name: `int${bits}`,
    format: `int(${bits})`,
    bitsPerElement: bits,
    text: `datapath unit() {
  in a: int(${bits})[${lanes}]
  in b: int(${bits})[${lanes}]${accumulate(
    'dot(a, b)',
    `int(${sum})`,
    `wrap((if first then 0 else total) + partial, to: int(${sum}))`,
  )}`,
  };
};

const vectors = {
  name: 'VS-Quant 4/4/4/4',
  format: 'vsq(int(4), 16, uint(4))',
  block: 16,
  bitsPerElement: 4.25,
  text: `datapath unit() {
  in a: int(4)[2][16]
  in b: int(4)[2][16]
  in a_scale: uint(4)[2]
  in b_scale: uint(4)[2]${accumulate(
    'sum([vs_dot(a[k], b[k], a_scale[k], b_scale[k]) for k in 0..1])',
    'int(27)',
    'wrap((if first then 0 else total) + partial, to: int(27))',
  )}`,
};

export const designs = [
  integers(8),
  integers(4),
  vectors,
  blocks('nvfp4', 'fp4_e2m1', 16, 'ue4m3'),
  blocks('mxfp4', 'fp4_e2m1', 32, 'e8m0'),
  blocks('mxfp8_e4m3', 'fp8_e4m3', 32, 'e8m0'),
];

export async function run() {
  const json = await figures(await builtModules());
  return { json, markdown: markdown(json) };
}

export async function figures(modules, only = () => true) {
  const rows = [];
  for (const technology of technologies)
    for (const design of designs.filter(({ name: label }) => only(label))) {
      console.error(`  ${technology}: ${design.name}`);
      const tech = await technologyOf(modules, technology);
      const cost = await synthesised(modules, design, tech, { inputs: activityOf(modules, design) });
      rows.push({ technology, ...cost, bitsPerElement: design.bitsPerElement });
    }
  const first = (technology) => rows.find((row) => row.technology === technology);
  return {
    schema: 1,
    title: 'Units for block-scaled formats',
    technologies,
    measured: {
      what: 'synthesised; energy simulated on the netlist',
      lanes,
      activity: 'normally distributed numbers in each format, blocks anew in every cycle',
      seed,
    },
    units: rows.map((row) => ({ ...row, ratio: ratioOf(row, first(row.technology)) })),
  };
}

const ratioOf = (row, base) => ({
  areaUm2: short(row.areaUm2 / base.areaUm2),
  energyFjPerCycle: short(row.energyFjPerCycle / base.energyFjPerCycle),
});

/** Drawn numbers in the format of a unit: elements and scales of whole vectors, and sums of sixteen beats. */
export function activityOf(modules, design) {
  const numbers = modules.base.random(seed);
  const draw = () =>
    operandOf(
      modules,
      design,
      Float64Array.from({ length: lanes }, () => numbers.normal()),
    );
  const words = {};
  const set = (port, cycle, stream, word) => {
    words[port] ??= Array.from({ length: cycles }, () => new Array(streams).fill(0n));
    words[port][cycle][stream] = word;
  };
  for (let cycle = 0; cycle < cycles; cycle++)
    for (let stream = 0; stream < streams; stream++) {
      for (const side of ['a', 'b']) {
        const { codes, scales } = draw();
        set(`${side}_i`, cycle, stream, codes);
        if (scales !== undefined) set(`${side}_scale_i`, cycle, stream, scales);
      }
      set('first_i', cycle, stream, cycle % 16 === 0 ? 1n : 0n);
      set('valid_i', cycle, stream, 1n);
      set('rst_ni', cycle, stream, cycle < 6 ? 0n : 1n);
    }
  const source = 'normally distributed numbers';
  return { kind: 'given', source, stimulus: { cycles, streams, words } };
}

/** A vector’s codes and scales as words of ports. */
function operandOf({ format }, { format: named }, values) {
  const of = need(format.formatOf(named));
  const { codes, scales } = need(
    format.quantise(values, of, { policy: of.kind === 'block' ? undefined : 'max' }),
  );
  const width = format.formatWidth(of.element ?? of);
  return { codes: packed(codes, width), scales: scales && packed(scales, format.formatWidth(of.scale)) };
}

const packed = (codes, width) =>
  [...codes].reduceRight((all, code) => (all << BigInt(width)) | BigInt.asUintN(width, BigInt(code)), 0n);

export function markdown({ title, units }) {
  const times = (value) => `${value.toFixed(2)}×`;
  const lines = [
    `# ${title}`,
    '',
    `${lanes} products a cycle and an accumulator, pipelined in three stages, the same flow for all: synthesised in ${technologies.join(' and ')}, energy simulated on`,
    'the netlist with normally distributed numbers in each format. Ratios are to the unit of int8 in the same technology. Codes are as the format has',
    'them, scales included in the bits of an element. Floating point inside a block is exact; blocks are added in FP32 with a rounding each.',
    '',
    `Made by \`${command}\`.`,
    '',
    '| technology | unit | bits an element | area, µm² | ratio | energy, fJ a product | ratio | delay, ps | cells |',
    '|---|---|---|---|---|---|---|---|---|',
    ...units.map(
      (row) =>
        `| ${row.technology} | ${row.design} | ${row.bitsPerElement} | ${row.areaUm2.toFixed(0)} | ${times(row.ratio.areaUm2)} | ${(row.energyFjPerCycle / lanes).toFixed(1)} | ${times(row.ratio.energyFjPerCycle)} | ${row.delayPs.toFixed(0)} | ${row.cells} |`,
    ),
    '',
    '## What is in them',
    '',
    '- No published table has these side by side in one flow, so there is no figure of a paper here. Accuracies of the formats are in',
    '  [vs-quant-accuracy.md](vs-quant-accuracy.md).',
    '- int8, int4 and VS-Quant keep exact integer sums; the others end in an FP32 adder with normalisation and rounding, once a',
    '  block: NVFP4 twice a cycle and MX once, beside the one that accumulates. That is a large part of the small formats’ units.',
    '- A window in fixed point between blocks (`to: fixed(…)` of `mx_dot`) would be smaller; it is not the standard’s arithmetic.',
    '- The delays differ, as three stages are not cut for one clock; areas at a common clock would spread further.',
  ];
  return `${lines.join('\n')}\n`;
}
