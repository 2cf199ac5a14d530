// The tables of bit errors as Markdown.
import { errorsOf, losses } from './robust-runs.mjs';

const percent = (share) =>
  String(Number((100 * share).toFixed(share !== 0 && Math.abs(share) < 0.01 ? 2 : 1)));
const interval = ([low, high]) => `${percent(low)} … ${percent(high)}`;
const cells = (list) => `| ${list.join(' | ')} |`;
const heading = (list) => [cells(list), `|${'---|'.repeat(list.length)}`];

/**
 * The report as text.
 *
 * @param about lines on the rows of the study
 * @param remarks lines on its orderings
 */
export function markdown(report, { about, remarks, needs = '' }) {
  const { title, source, curve, settings, commands } = report;
  const { images, chips, seed, rates } = settings;
  const wrong = rates.map((p) => `${percent(p)} %`);
  return `${[
    `# ${title}`,
    '',
    `${source}; voltages and energies by ${curve.name}: ${curve.source.title}. Measured in simulation: the first ${images} test`,
    `images, the first of ${chips} chips (seed ${seed}) for all rows; in brackets Student's 95 % interval over chips for these images.`,
    ...about,
    'Errors in %.',
    '',
    ...heading(['codes', 'bits', 'chips', 'p = 0', ...wrong]),
    ...report.rows.map(errorRow),
    '',
    ...orderings(report, remarks, wrong),
    ...saved(report),
    ...inElements(report),
    '## Commands',
    '',
    `By \`npm run baseline\`${needs}:`,
    '',
    '```sh',
    ...commands,
    '```',
  ].join('\n')}\n`;
}

function errorRow({ name, bitsPerWeight, clean, rates }) {
  const errors = rates.map(({ rerr, ci95 }) => `${percent(rerr)} (${interval(ci95)})`);
  return cells([
    ...[name, Number(bitsPerWeight.toFixed(2)), errorsOf(rates[0]).length, percent(clean)],
    ...errors,
  ]);
}

function orderings({ orderings: pairs }, remarks, wrong) {
  const told = [...new Set(pairs.map(({ a, b }) => `${a} − ${b}`))];
  const of = (what) => pairs.filter(({ a, b }) => `${a} − ${b}` === what);
  const cell = ({ difference, ci95, probabilityAWorse }) => {
    const text = `${percent(difference)} (${interval(ci95)})`;
    return ci95[0] > 0 || ci95[1] < 0 ? `**${text}**` : `${text} P ${probabilityAWorse.toFixed(2)}`;
  };
  return [
    '## Which is worse, on the same chips',
    '',
    'Difference of the errors in percentage points with its interval: in bold where the interval leaves out 0, else with the',
    'probability P that the first is worse (10,000 resamplings of the chips). Rows with fewer chips have the first of the others’.',
    ...remarks,
    '',
    ...told.map((what) => `- ${what}: ${verdict(of(what))}`),
    '',
    ...heading(['a − b', ...wrong]),
    ...told.map((what) => cells([what, ...of(what).map(cell)])),
    '',
  ];
}

/** At how many rates a is known to be worse than b, or better. */
function verdict(pairs) {
  const worse = pairs.filter(({ ci95 }) => ci95[0] > 0).length;
  const better = pairs.filter(({ ci95 }) => ci95[1] < 0).length;
  return `worse at ${worse} of ${pairs.length} rates${better > 0 ? `, better at ${better}` : ''}`;
}

function saved({ energy }) {
  const [one, more] = losses.map(percent);
  const cell = (found) => {
    if (found === null) return '–';
    return `${found.isBeyond ? 'over ' : ''}${percent(found.saved)} % (p = ${percent(found.p)} %)`;
  };
  return [
    '## Energy saved',
    '',
    `Of reading all weights, at the highest rate up to which the interval of the error lies within ${one} and ${more} points of the error`,
    'without bit errors: that of the same row, and that of `rquant`. Between the rates that were run, the upper end of the interval',
    'is taken as linear in log p. – stands for less than the lowest rate. The paper has 20 % at 1 and 30 % at 2.5 points.',
    '',
    ...heading([
      'codes',
      `${one} point of its own`,
      `${more} points`,
      `${one} point of \`rquant\``,
      `${more} points`,
    ]),
    ...energy.map(({ name, own, againstRquant }) => cells([name, ...[...own, ...againstRquant].map(cell)])),
    '',
  ];
}

function inElements({ elements, energy, rows }) {
  const fits = ({ configuration }, { bits }) => configuration.startsWith(`${bits}/`);
  const wanted = energy.filter(({ name }) => {
    const { bitsPerWeight, bits } = rows.find((row) => row.name === name);
    return bitsPerWeight === bits && elements.some((element) => fits(element, { bits }));
  });
  const macs = elements[0].macs;
  return [
    '## Energy of an inference',
    '',
    `On the processing elements of [vs-quant-pe](vs-quant-pe.md): 8 vector MACs of 16 lanes, buffers, controller and post-processing,`,
    `in freepdk45; ${macs} products an inference, those that fill up the last beat of an inner product among them, at full`,
    'utilisation. The energy of the weight buffers, and that alone, is multiplied by the curve, as if it held for them. Saved of',
    `the whole, at ${losses.map(percent).join(' and ')} points of a row's own error:`,
    '',
    ...heading([
      'codes',
      ...elements
        .filter(({ configuration }) => configuration.startsWith('8/'))
        .flatMap(({ size }) => losses.map((loss) => `${size}, ${percent(loss)}`)),
    ]),
    ...wanted.map(({ name, own }) => {
      const { bits } = rows.find((row) => row.name === name);
      const inEach = elements.filter((element) => fits(element, { bits }));
      return cells([name, ...inEach.flatMap((element) => own.map((found) => savedOf(element, found)))]);
    }),
    '',
    ...heading(['element', 'buffers', 'nJ an inference', 'of it the weight buffers, %']),
    ...elements.map(({ configuration, size, energyNj, weightsShare }) =>
      cells([configuration, size, energyNj.toFixed(1), percent(weightsShare)]),
    ),
    '',
  ];
}

function savedOf({ weightsShare }, found) {
  return found === null ? '–' : `${found.isBeyond ? 'over ' : ''}${percent(weightsShare * found.saved)} %`;
}
