// Bit heaps beside behavioural arithmetic: area and delay of inner products by synthesis, the same flow for both.
import { readFile } from 'node:fs/promises';
import { random } from '../../dist/base/index.js';
import { int } from '../../dist/format/index.js';
import { defaultsOf, formsOf, operatorSubject, version } from '../../dist/flow/index.js';
import { dot } from '../../dist/ops/index.js';
import {
  adderCells,
  compileGates,
  parseTechnology,
  simulateGates,
  synthesize,
  timingOf,
} from '../../dist/synth/index.js';

export const name = 'bitheap';

const technologies = ['asap7', 'freepdk45', 'sky130', 'sg13g2'];
const vectors = 4096;
const seed = 1;

const designs = [
  { name: '16 lanes of 8 × 8 bits, signed', parameters: { lanes: 16, a: int(8), b: int(8) } },
  { name: '4 lanes of 16 × 16 bits, signed', parameters: { lanes: 4, a: int(16), b: int(16) } },
];

/** Areas for which recoding never pays, and for which it always does. */
const recoding = {
  rows: { fullAdder: 1, and: 0, recoded: 100 },
  recoded: { fullAdder: 1, and: 100, recoded: 0 },
};

const forms = ['plain', 'one tree', 'heap', 'heap, recoded'];

export async function run() {
  const results = [];
  for (const design of designs)
    for (const technology of technologies) results.push(...(await rowsOf(design, await read(technology))));
  const yosys = results[0].yosys;
  const json = {
    schema: 1,
    bitloom: version,
    yosys,
    seed,
    vectors,
    command: 'npm run build && node scripts/baseline.mjs bitheap',
    source: 'synthesised',
    results: results.map(({ yosys: _, ...result }) => result),
  };
  return { json, markdown: markdownOf(json) };
}

async function read(technology) {
  const file = `${technology}.json`;
  const text = await readFile(new URL(`../../tech/${file}`, import.meta.url), 'utf8');
  return must(parseTechnology(file, text));
}

async function rowsOf(design, technology) {
  const parameters = { ...defaultsOf(dot), ...design.parameters };
  const subject = operatorSubject(dot, parameters, 'inner', 0);
  const cells = adderCells(technology);
  const rows = [];
  for (const form of cells ? forms : forms.slice(0, 2)) {
    const { emitted } = formsOf(subject.written, undefined, arithmeticOf(form, cells));
    const files = Object.fromEntries(emitted.verilog.map((file) => [file.name, file.text]));
    const started = performance.now();
    const { netlist, yosys } = must(
      await synthesize({ files, top: emitted.top }, technology, { plain: form === 'plain' }),
    );
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const { delayPs } = must(timingOf(netlist, technology));
    const areaUm2 = netlist.instances.reduce((sum, { cell }) => sum + cell.areaUm2, 0);
    const count = (role) => netlist.instances.filter(({ cell }) => cell.name === role?.cell).length;
    const row = {
      design: design.name,
      technology: technology.name,
      form,
      ...(form.startsWith('heap') && { chosen: isChosen(subject, emitted.verilog, cells) }),
      areaUm2: round(areaUm2),
      delayPs: round(delayPs),
      cells: netlist.instances.length,
      fullAdders: count(technology.roles.fullAdder),
      halfAdders: count(technology.roles.halfAdder),
      mismatches: mismatches(netlist, subject),
    };
    console.error(
      `${row.design}, ${row.technology}, ${form}: ${row.areaUm2} um2, ${row.delayPs} ps, ${seconds} s`,
    );
    rows.push({ ...row, yosys });
  }
  return rows;
}

function arithmeticOf(form, cells) {
  if (!form.startsWith('heap')) return { kind: 'behavioural' };
  return { kind: 'bitheap', cells: { ...cells, areas: recoding[form === 'heap' ? 'rows' : 'recoded'] } };
}

/** Whether this is the form that bit heaps take by the areas of the technology’s own cells. */
function isChosen(subject, verilog, cells) {
  const chosen = formsOf(subject.written, undefined, { kind: 'bitheap', cells }).emitted.verilog;
  return JSON.stringify(chosen) === JSON.stringify(verilog);
}

/** How often the mapped gates differ from the definition of the operator, over random words. */
function mismatches(netlist, subject) {
  const source = random(seed);
  const ports = netlist.ports.filter(({ direction }) => direction === 'input');
  const draw = ({ bits }) => [Array.from({ length: vectors }, () => source.word(bits.length))];
  const words = Object.fromEntries(ports.map((port) => [port.name, draw(port)]));
  const gates = must(compileGates(netlist));
  const found = simulateGates(gates, { cycles: 1, streams: vectors, words }).words.y_o[0];
  const { inputs } = subject.written.modules.at(-1);
  const lanes = (word, { width, lanes: count }) =>
    Array.from({ length: count }, (_, k) =>
      BigInt.asUintN(width / count, word >> BigInt((k * width) / count)),
    );
  const reference = subject.reference();
  return found.filter((word, k) => {
    const given = inputs.map((port) => lanes(words[`${port.name}_i`][0][k], port));
    return reference(given)[0][0] !== word;
  }).length;
}

function markdownOf({ results, yosys, vectors: tried }) {
  const lines = [
    '# Bit heaps beside behavioural arithmetic',
    '',
    `Inner products without registers, mapped by Yosys ${yosys} with the default script of \`bitloom cost\` and timed by its static`,
    'timing over the mapped netlist (inputs at 0, slews, loads and wires as the technology file says). Every figure is synthesised;',
    `every netlist was compared with the operator’s definition on ${tried} random vectors. Made by \`node scripts/baseline.mjs bitheap\`.`,
    '',
    '- plain: `*` and `+` as written, and a tree of adders, each mapped by itself (`alumacc` of Yosys once)',
    '- one tree: the same Verilog with the default script, which joins the sum to one compressor tree of gates first',
    '- heap: full and half adder cells, a gate for each pair of bits; recoded: the same with base-4 Booth rows; * marks what',
    '  bit heaps are made of by the areas of the technology’s cells',
    '',
  ];
  for (const design of [...new Set(results.map((row) => row.design))]) {
    lines.push(
      `## ${design}`,
      '',
      '| technology | form | area µm² | delay ps | area ÷ plain | delay ÷ plain | area ÷ one tree | delay ÷ one tree | full + half adders | mismatches |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    );
    const rows = results.filter((row) => row.design === design);
    for (const row of rows) {
      const of = (form) => rows.find((other) => other.technology === row.technology && other.form === form);
      const ratio = (form, key) => (row[key] / of(form)[key]).toFixed(2);
      lines.push(
        `| ${[
          row.technology,
          row.chosen ? `${row.form} *` : row.form,
          row.areaUm2.toLocaleString('en'),
          row.delayPs.toLocaleString('en'),
          ratio('plain', 'areaUm2'),
          ratio('plain', 'delayPs'),
          ratio('one tree', 'areaUm2'),
          ratio('one tree', 'delayPs'),
          `${row.fullAdders} + ${row.halfAdders}`,
          row.mismatches,
        ].join(' | ')} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

function round(value) {
  return Number(value.toPrecision(5));
}

function must(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
