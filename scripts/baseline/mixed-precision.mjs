// What floating point costs on an integer unit: nibble inner products with adder trees of several widths, aligned in one
// cycle or in several, beside a unit of integers alone, and beside separate units.
import { builtModules, need, percent, short, synthesised, technologyOf } from './synthesis.mjs';

export const name = 'mixed-precision';

export const technologies = ['freepdk45', 'asap7'];
export const lanes = 16;
const precision = 28;
const seed = 1;
const streams = 8;
const cycles = { integers: 200, floats: 600 };
const command = `npm run baseline ${name}`;
const source =
  'H. Abdel-Aziz et al., "Rethinking Floating Point Overheads for Mixed Precision DNN Accelerators", MLSys 2021';
const claims = { topsPerMm2: 46, tflopsPerMm2: 25, topsPerW: 63, tflopsPerW: 40 };

const widths = { single: [12, 16, 20, 28, 38], multi: [12, 16, 20, 28] };

/** A unit; `tie` is what the bit of `mode` is held at that chooses floating point, so that the other half falls away. */
function unit(tree, alignment, tie) {
  const kind = tie === undefined ? '' : tie === 0 ? ', integers alone' : ', floats alone';
  return {
    name: `w = ${tree}, ${alignment}${kind}`,
    tree,
    alignment,
    text: `datapath ipu() {
  stream in job: {mode: bits(7), a: bits(16)[${lanes}], b: bits(16)[${lanes}], first: bool, last: bool}
  stream out sum = nibble_inner_product(job, tree: ${tree}, alignment: ${alignment})
}`,
    ...(tie !== undefined && { tie, wrap: (emitted) => tied(emitted, 'job_mode_i', 6, tie) }),
  };
}

/** A lane of a unit that has multipliers for whole significands: FP16 factors, FP32 sums. */
const fma = {
  name: 'fma',
  text: `datapath fma() {
  in a: fp16
  in b: fp16
  in c: fp32
  out y = fp_fma(a, b, c)
  pipeline(stages: 2)
}`,
};

export const designs = [
  unit(16, 'single', 0),
  unit(38, 'single', 1),
  fma,
  ...Object.entries(widths).flatMap(([alignment, trees]) => trees.map((tree) => unit(tree, alignment))),
];

/** A module around the emitted one in which the highest bit of a port is constant. */
function tied({ top, verilog }, port, bit, value) {
  const start = new RegExp(`module ${top}\\b`);
  const { text } = verilog.find((file) => start.test(file.text));
  const from = text.search(start);
  const head = text.slice(from, text.indexOf(');', from) + 2);
  const ports = [...head.matchAll(/(?:input|output) wire (?:signed )?(?:\[\d+:0\] )?(\w+)/g)];
  const connections = ports.map(([, one]) =>
    one === port ? `.${one}({1'b${value}, ${one}[${bit - 1}:0]})` : `.${one}(${one})`,
  );
  const outer = `${top}_tied`;
  const body = `${head.replace(top, outer)}\n  ${top} unit (${connections.join(', ')});\nendmodule\n`;
  return { top: outer, files: { [`${outer}.v`]: body } };
}

export async function run() {
  const json = await figures(await builtModules());
  return { json, markdown: markdown(json) };
}

export async function figures(modules) {
  const tables = [];
  for (const technology of technologies) tables.push(tableOf(technology, await unitsIn(modules, technology)));
  return wholeOf(tables);
}

/** The report of tables, one a technology. */
export function wholeOf(tables) {
  return {
    schema: 1,
    title: 'Mixed precision: floating point on a unit of integers',
    source,
    claims,
    measured: {
      what: 'area, delay, leakage synthesised; energy by simulation of the netlist; cycles by the definition of the unit',
      lanes,
      softwarePrecision: precision,
      seed,
      activity: 'INT4: uniform words, a job a cycle; FP16: factors of variance 1, normally distributed',
    },
    tables,
  };
}

/** Every design in a technology, under the activity of integers and that of floating point. */
export async function unitsIn(modules, technology, chosen = designs) {
  const tech = await technologyOf(modules, technology);
  const rows = [];
  for (const design of chosen) {
    console.error(`  ${technology}: ${design.name}`);
    const under = (inputs) => synthesised(modules, design, tech, { inputs });
    if (design === fma) {
      const { energyFjPerCycle: floatsFjPerCycle, ...row } = await under(operandsOf(modules));
      rows.push({ ...row, floatsFjPerCycle });
      continue;
    }
    const integers = design.tie === 1 ? undefined : await under(integerJobs(modules, design));
    const floats = design.tie === 0 ? undefined : await under(floatJobs(modules, design));
    const { energyFjPerCycle, ...row } = integers ?? floats;
    const energies = {
      ...(integers && { integersFjPerCycle: integers.energyFjPerCycle }),
      ...(floats && { floatsFjPerCycle: floats.energyFjPerCycle, cyclesPerJob: meanCycles(modules, design) }),
    };
    rows.push({ ...row, ...energies });
  }
  return rows;
}

function given(source, count, words) {
  return { kind: 'given', source, stimulus: { cycles: count, streams, words } };
}

const resetFor = (count) =>
  Array.from({ length: count }, (_, cycle) => new Array(streams).fill(cycle < 2 ? 0n : 1n));

const packed = (words, width) => words.reduceRight((all, word) => (all << BigInt(width)) | word, 0n);

/** INT4 with INT4, a job a cycle, sums of eight jobs. */
function integerJobs({ base, nibble_inner_product: ipu }) {
  const source = base.random(seed);
  const mode = ipu.modeWord(ipu.integerMode(4, 4));
  const operand = () =>
    packed(
      Array.from({ length: lanes }, () => source.word(4)),
      16,
    );
  const each = (pick) =>
    Array.from({ length: cycles.integers }, (_, cycle) => Array.from({ length: streams }, () => pick(cycle)));
  return given('INT4 jobs, one a cycle, of uniform words', cycles.integers, {
    rst_ni: resetFor(cycles.integers),
    job_mode_i: each(() => mode),
    job_a_i: each(operand),
    job_b_i: each(operand),
    job_first_i: each((cycle) => (cycle % 8 === 2 ? 1n : 0n)),
    job_last_i: each((cycle) => (cycle % 8 === 1 ? 1n : 0n)),
    job_valid_i: each(() => 1n),
    sum_ready_i: each(() => 1n),
  });
}

/** FP16 jobs, each on the ports from when the one before is taken until it is taken itself. */
function floatJobs(modules, design) {
  const ipu = modules.nibble_inner_product;
  const shape = shapeOf(modules, design);
  const mode = ipu.floatMode('fp16', 'fp16');
  const words = Object.fromEntries(
    ['job_mode_i', 'job_a_i', 'job_b_i', 'job_first_i', 'job_last_i', 'job_valid_i', 'sum_ready_i'].map(
      (port) => [port, Array.from({ length: cycles.floats }, () => new Array(streams).fill(1n))],
    ),
  );
  const draw = drawing(modules);
  for (let stream = 0; stream < streams; stream++) {
    let [from, busy] = [0, 3];
    for (let job = 0; from < cycles.floats; job++) {
      const { a, b } = draw();
      const until = Math.min(from + busy, cycles.floats);
      for (let cycle = from; cycle < until; cycle++) {
        words.job_mode_i[cycle][stream] = ipu.modeWord(mode);
        words.job_a_i[cycle][stream] = packed(a, 16);
        words.job_b_i[cycle][stream] = packed(b, 16);
        words.job_first_i[cycle][stream] = job % 8 === 0 ? 1n : 0n;
        words.job_last_i[cycle][stream] = job % 8 === 7 ? 1n : 0n;
      }
      from = until;
      busy = ipu.jobCycles(shape, mode, a, b);
    }
  }
  const reset = { rst_ni: resetFor(cycles.floats) };
  return given('FP16 jobs of normally distributed factors', cycles.floats, { ...words, ...reset });
}

/** Normally distributed factors and sums, a multiply-add a cycle. */
function operandsOf(modules) {
  const { format } = modules;
  const numbers = modules.base.random(seed);
  const count = cycles.integers;
  const each = (of) =>
    Array.from({ length: count }, () =>
      Array.from({ length: streams }, () => format.encode(of, format.exactOf(numbers.normal()))),
    );
  const { fp16, fp32 } = format.floats;
  const words = { a_i: each(fp16), b_i: each(fp16), c_i: each(fp32) };
  return given('normally distributed factors and sums', count, words);
}

function drawing({ base, format }) {
  const numbers = base.random(seed);
  const vector = () =>
    Array.from({ length: lanes }, () => format.encode(format.floats.fp16, format.exactOf(numbers.normal())));
  return () => ({ a: vector(), b: vector() });
}

function shapeOf({ flow, nibble_inner_product: ipu }, { tree, alignment }) {
  return ipu.ipuShape({ ...flow.defaultsOf(ipu.nibbleInnerProduct), lanes, tree, alignment });
}

/** Cycles that an FP16 job takes, the mean over 2000. */
export function meanCycles(modules, design) {
  const draw = drawing(modules);
  const shape = shapeOf(modules, design);
  const { floatMode, jobCycles } = modules.nibble_inner_product;
  const mode = floatMode('fp16', 'fp16');
  let sum = 0;
  for (let job = 0; job < 2000; job++) {
    const { a, b } = draw();
    sum += jobCycles(shape, mode, a, b);
  }
  return short(sum / 2000);
}

/** Units at one clock, that of the slowest: figures a unit, and ratios to separate units and to the lossless mixed one. */
export function tableOf(technology, designs) {
  const clockPs = Math.ceil(Math.max(...designs.map(({ delayPs }) => delayPs)) / 100) * 100;
  const named = (start) => designs.find(({ design }) => design.startsWith(start));
  const [integers, floats, lane] = [
    named('w = 16, single, integers'),
    named('w = 38, single, floats'),
    named('fma'),
  ];
  const mixed = designs.filter(
    ({ integersFjPerCycle, floatsFjPerCycle }) => integersFjPerCycle && floatsFjPerCycle,
  );
  const leakageFj = ({ leakageNw }) => leakageNw * clockPs * 1e-6;
  const at = (unit, fj, cyclesPerJob, areaUm2 = unit.areaUm2, besideFj = 0) =>
    densities(
      clockPs,
      areaUm2,
      (fj + unit.clockTreeFj + leakageFj(unit) + besideFj) * cyclesPerJob,
      cyclesPerJob,
    );
  const rows = mixed.map((unit) => ({
    unit: unit.design,
    areaUm2: unit.areaUm2,
    int4: at(unit, unit.integersFjPerCycle, 1),
    fp16: at(unit, unit.floatsFjPerCycle, unit.cyclesPerJob),
  }));
  const both = integers.areaUm2 + floats.areaUm2;
  const separate = {
    unit: 'separate: integers, floats with w = 38',
    areaUm2: short(both),
    int4: at(integers, integers.integersFjPerCycle, 1, both, leakageFj(floats)),
    fp16: at(floats, floats.floatsFjPerCycle, floats.cyclesPerJob, both, leakageFj(integers)),
  };
  const lanesFj = lanes * (lane.floatsFjPerCycle + lane.clockTreeFj + leakageFj(lane));
  const withLanes = integers.areaUm2 + lanes * lane.areaUm2;
  const fmas = {
    unit: `separate: integers, ${lanes} FP16 multiply-adders`,
    areaUm2: short(withLanes),
    int4: at(integers, integers.integersFjPerCycle, 1, withLanes, lanes * leakageFj(lane)),
    fp16: densities(clockPs, withLanes, lanesFj + leakageFj(integers), 1),
  };
  const alone = {
    unit: 'integers alone',
    areaUm2: integers.areaUm2,
    int4: at(integers, integers.integersFjPerCycle, 1),
    fp16: null,
  };
  const lossless = rows.find(({ unit }) => unit === 'w = 38, single');
  const all = [alone, separate, fmas, ...rows];
  return {
    technology,
    clockPs,
    designs,
    units: all.map((row) => ({
      ...row,
      againstSeparate: ratios(row, separate),
      againstLossless: ratios(row, lossless),
    })),
  };
}

/** Operations, two of them a multiply-accumulate, by area and by power, of jobs that take so much energy and so many cycles. */
function densities(clockPs, areaUm2, jobFj, cyclesPerJob) {
  const operations = 2 * lanes;
  return {
    // operations a second over mm²: 10¹² / 10⁻⁶, so both units are 10⁶ operations a ps and µm²
    teraPerMm2: short((1e6 * operations) / (cyclesPerJob * clockPs * areaUm2)),
    teraPerW: short((1e3 * operations) / jobFj),
    fjPerMac: short(jobFj / lanes),
  };
}

function ratios(row, base) {
  const over = (kind, figure) =>
    row[kind] && base[kind] ? short(row[kind][figure] / base[kind][figure]) : null;
  return {
    topsPerMm2: over('int4', 'teraPerMm2'),
    tflopsPerMm2: over('fp16', 'teraPerMm2'),
    topsPerW: over('int4', 'teraPerW'),
    tflopsPerW: over('fp16', 'teraPerW'),
  };
}

const measures = ['topsPerMm2', 'tflopsPerMm2', 'topsPerW', 'tflopsPerW'];

export function markdown({ title, claims: told, tables }) {
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `${lanes} lanes of 5-bit multipliers, software precision ${precision}, FP32 sums; w: bits of an adder-tree input. INT4: a job a cycle.`,
    'FP16: nine passes a job, of one cycle (single: bits below the tree are lost) or of as many as it takes to lose nothing (multi).',
    'Operations are two a multiply-accumulate. Area, delay and leakage are synthesised; energy is simulated on the netlist with',
    'uniform INT4 words, and with normally distributed FP16 factors; it includes the modelled clock tree and leakage. Cycles are those of 2000 such jobs.',
    '',
    `Made by \`${command}\`.`,
    '',
    ...tables.flatMap((table) => [...tableLines(table), '', ...verdicts(table, told), '']),
    '## Why they differ',
    '',
    '- The paper’s abstract does not say what its typical mixed-precision unit is; both candidates stand here: units beside each',
    '  other, and a mixed one whose tree holds all that counts, w = 38. Its figures are of another technology and flow.',
    '- The greatest gains are those of the narrowest tree in one cycle, which loses bits; how many is in [mc-ipu.md](mc-ipu.md).',
    '- “Integers alone” and “floats alone” are the mixed unit with the bit of the mode that chooses floating point held, and what',
    '  synthesis leaves of it. Both keep what they share: the registers of a job’s operands, 16 bits a lane, which is more than a',
    '  unit for INT4 alone would have. The unit that stands idle has no clock, and leaks.',
    ...togglingLines(tables),
    '- One clock for all, that of the slowest, so that ratios by area are of areas and cycles. Narrow trees could run faster.',
    '- The FP32 accumulator with its rounding is the same in all units of floats and does not shrink with w; it thins out the gain.',
    '- With alignment in several cycles, one unit takes the mean number of cycles: no unit waits for another. With few bits a tree',
    '  takes three to four times as many cycles for normally distributed FP16 factors. Clusters of units, which keep them from',
    '  waiting for each other, are in [mc-ipu.md](mc-ipu.md) too.',
    '- 16 multiply-adders finish a job a cycle where all others take nine: hence their TFLOPS. They are pipelined in two',
    '  stages and add in a chain of FP32 roundings, not in a tree.',
  ];
  return `${lines.join('\n')}\n`;
}

/** What floating point adds to the energy of integers: why operations by power are no better in a mixed unit here. */
function togglingLines([{ technology, designs: made }]) {
  const of = (label) => made.find(({ design }) => design === label);
  const [alone, mixed] = [of('w = 16, single, integers alone'), of('w = 16, single')];
  const pj = (fj) => (fj / 1000).toFixed(1);
  return [
    `- TOPS/W is not reproduced: in ${technology}, an INT4 job takes ${pj(alone.integersFjPerCycle)} pJ in the unit of integers alone and ${pj(mixed.integersFjPerCycle)} pJ in the mixed one with`,
    `  w = 16, ${pj(mixed.clockFj - alone.clockFj)} pJ of the difference in the clock of more registers. Our unit gates nothing of its exponents, shifters and`,
    '  rounding while integers run; the separate unit of floats stands still then.',
  ];
}

function tableLines({ technology, clockPs, units }) {
  const figure = (one, key) => (one === null ? '' : one[key].toPrecision(3));
  const row = ({ unit: label, areaUm2, int4, fp16, againstSeparate: over }) =>
    `| ${[
      label,
      areaUm2.toFixed(0),
      figure(int4, 'teraPerMm2'),
      figure(fp16, 'teraPerMm2'),
      figure(int4, 'teraPerW'),
      figure(fp16, 'teraPerW'),
      ...measures.map((key) => (over[key] === null ? '' : percent(over[key]))),
    ].join(' | ')} |`;
  return [
    `## ${technology}, a clock of ${clockPs} ps`,
    '',
    'Percentages are against separate units, of which that of floats has w = 38.',
    '',
    '| unit | area, µm² | TOPS/mm² | TFLOPS/mm² | TOPS/W | TFLOPS/W | TOPS/mm² | TFLOPS/mm² | TOPS/W | TFLOPS/W |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...units.map(row),
  ];
}

/** The greatest gain of a mixed unit in each measure, beside the paper’s. */
function verdicts({ units }, told) {
  const mixed = units.filter(({ unit: label }) => label.startsWith('w = '));
  const best = (against, key) =>
    mixed.reduce((most, one) => (one[against][key] > most[against][key] ? one : most));
  const cell = (against, key) => {
    const one = best(against, key);
    return `${percent(one[against][key])} (${one.unit})`;
  };
  const heads = {
    topsPerMm2: 'TOPS/mm²',
    tflopsPerMm2: 'TFLOPS/mm²',
    topsPerW: 'TOPS/W',
    tflopsPerW: 'TFLOPS/W',
  };
  return [
    '| the greatest gain | against separate units | against w = 38, single | paper, up to |',
    '|---|---|---|---|',
    ...measures.map(
      (key) =>
        `| ${heads[key]} | ${cell('againstSeparate', key)} | ${cell('againstLossless', key)} | +${told[key]} % |`,
    ),
  ];
}
