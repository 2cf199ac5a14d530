// What is run for the tables of bit errors, and the figures of a report that are made of it.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const packageFolder = new URL('../../', import.meta.url);
const program = new URL('bin/bitloom.js', packageFolder).pathname;

/** Losses of accuracy at which the energy is told. */
export const losses = [0.01, 0.025];

/** Runs a study: each chip is kept when it is done, so that a run that is stopped goes on from there. */
export async function runStudy(study) {
  const found = [];
  for (const one of study.runs) {
    const what = argumentsOf(study, one);
    console.error(commandOf(what));
    const { stdout } = await promisify(execFile)('node', [program, ...what, '--json'], {
      maxBuffer: 1 << 26,
    });
    found.push({ ...one, report: JSON.parse(stdout) });
  }
  const robust = await import('../../dist/robust/index.js');
  const elements = JSON.parse(await readFile(new URL('reports/baseline/vs-quant-pe.json', packageFolder)));
  return reportOf(robust, study, found, elements.elements, await beatsOf(study.runs[0].model));
}

/** What the command is called with. */
export function argumentsOf({ data, images, seed, rates, ...study }, { model, scheme, bits = 8, ...one }) {
  const { chips = study.chips, protect = [] } = one;
  const numbers = { bits, images, chips, seed, rates: rates.join(',') };
  const options = Object.entries(numbers).flatMap(([key, value]) => [`--${key}`, String(value)]);
  return ['robust', '--model', model, '--data', data, '--scheme', scheme, ...options, ...protect];
}

function commandOf(what) {
  return `bitloom ${what.map((text) => (/[ (]/.test(text) ? `'${text}'` : text)).join(' ')}`;
}

/** Products of an inference on a datapath of 16 lanes, those that only fill up the last beat of an inner product too. */
async function beatsOf(model) {
  const nn = await import('../../dist/nn/index.js');
  const network = await nn.readOnnx(await readFile(new URL(`models/${model}.onnx`, packageFolder)), model);
  const affine = nn.findSteps(nn.prepare(network.value).value).flatMap((step) => step.affine ?? []);
  const beats = affine.map(
    ({ depth, geometry: g }) => g.groups * g.positions * g.columns * Math.ceil(depth / lanes),
  );
  return lanes * beats.reduce((sum, n) => sum + n, 0);
}

const lanes = 16;

/**
 * The report on what the command told of each run.
 *
 * @param robust the toolkit's module
 * @param elements of the report on processing elements
 * @param macs of an inference
 */
export function reportOf(robust, study, found, elements, macs) {
  const rows = found.flatMap((one) => one.report.schemes.map((scheme, i) => rowOf(one, scheme, i)));
  const clean = rows.find((row) => row.name === 'rquant').clean;
  const { title, data, images, chips, seed, rates } = study;
  return {
    schema: 2,
    title,
    source: 'D. Stutz et al., "Bit Error Robustness for Energy-Efficient DNN Accelerators", MLSys 2021',
    curve: found[0].report.curve,
    settings: { data, images, chips, seed, rates },
    commands: found.map((one) => commandOf(argumentsOf(study, one))),
    rows,
    orderings: orderingsOf(robust, study, rows),
    energy: rows.map((row) => ({
      name: row.name,
      own: losses.map((loss) => savingAt(row, row.clean + loss)),
      againstRquant: losses.map((loss) => savingAt(row, clean + loss)),
    })),
    elements: elementsOf(elements, macs),
  };
}

function rowOf({ names, model, bits = 8 }, { scheme, memory, cleanError, rates }, i) {
  return {
    ...{ name: names?.[i] ?? scheme, model, scheme, bits, bitsPerWeight: memory.bitsPerWeight },
    clean: cleanError,
    rates: rates.map(({ p, voltage, energy, rerr, ci95, worst, errors }) => {
      return { p, voltage, energy, rerr, ci95, worst, errors: errors.join(' ') };
    }),
  };
}

/** The errors of all chips at a rate. */
export function errorsOf({ errors }) {
  return errors.split(' ').map(Number);
}

/** The errors of two rows at a rate, on the chips that both have. */
export function pairedErrors(a, b) {
  const [first, second] = [a, b].map(errorsOf);
  const chips = Math.min(first.length, second.length);
  return [first.slice(0, chips), second.slice(0, chips)];
}

/** What a study compares, at each rate. */
export function orderingsOf({ comparePaired }, { seed, orderings }, rows) {
  return orderings.flatMap(([a, b]) => {
    const [first, second] = [a, b].map((name) => rows.find((row) => row.name === name));
    return first.rates.map((rate, i) => {
      const paired = pairedErrors(rate, second.rates[i]);
      const { difference, probabilityGreater } = comparePaired(...paired, seed);
      const { mean, ci95 } = difference;
      return { a, b, p: rate.p, difference: mean, ci95, probabilityAWorse: probabilityGreater };
    });
  });
}

/**
 * The highest rate up to which the interval of the error stays below a bound, its upper end taken as linear in log p between
 * the rates that were run, and what is saved there of the energy of reading the weights; null below the lowest rate.
 */
export function savingAt({ rates }, most) {
  const above = rates.findIndex(({ ci95 }) => ci95[1] > most);
  if (above === 0) return null;
  const low = rates.at((above < 0 ? rates.length : above) - 1);
  if (above < 0) return { p: low.p, saved: 1 - low.energy, isBeyond: true };
  const high = rates[above];
  const share = (most - low.ci95[1]) / (high.ci95[1] - low.ci95[1]);
  const p = low.p * (high.p / low.p) ** share;
  // Energy is linear in the voltage, and the voltage in log p, between points of the curve.
  return { p, saved: 1 - (low.energy + share * (high.energy - low.energy)), isBeyond: false };
}

/** Elements without scales in freepdk45, and what an inference costs in them: the whole, and the reading of the weights. */
function elementsOf(elements, macs) {
  return elements
    .filter(({ technology }) => technology === 'freepdk45')
    .filter(({ configuration }) => ['8/8/–/–', '4/8/–/–'].includes(configuration))
    .map(({ configuration, size, energyFjPerCycle, energyFjPerMac, parts }) => {
      const weights = parts.find((part) => part.name === 'weight buffer');
      return {
        ...{ configuration, size, macs, energyNj: (macs * energyFjPerMac) / 1e6 },
        weightsShare: weights.energyFjPerCycle / energyFjPerCycle,
      };
    });
}
