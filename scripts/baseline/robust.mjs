// Test errors of LeNet-5 with bit errors in its stored weights: schemes of codes, ways of training, block formats.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const name = 'robust';

const program = new URL('../../bin/bitloom.js', import.meta.url).pathname;
const formats = 'mxint8,nvfp4,vsq(int(8), 16, uint(6))';

export const settings = { data: 'mnist', bits: 8, images: 500, chips: 20, seed: 1 };
export const rates = [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2];

/** What is run: each chip is kept when it is done, so that a run that is stopped goes on from there. */
export const runs = [
  { key: 'ladder', model: 'lenet5', scheme: 'normal,layer,asymmetric,unsigned,rquant' },
  { key: 'trained', model: 'lenet5-rquant8', scheme: 'rquant' },
  { key: 'clipped', model: 'lenet5-clip10', scheme: 'rquant' },
  { key: 'random', model: 'lenet5-randbet', scheme: 'rquant' },
  { key: 'formats', model: 'lenet5', scheme: formats },
  {
    key: 'hardened',
    model: 'lenet5',
    scheme: formats,
    protect: ['--protect', 'hardened', '--protect-what', 'scales'],
  },
];

export async function run() {
  const found = [];
  for (const one of runs) {
    console.error(`${one.model}: ${one.scheme}${one.protect ? ', scales hardened' : ''}`);
    const { stdout } = await promisify(execFile)('node', [program, ...argumentsOf(one), '--json'], {
      maxBuffer: 1 << 26,
    });
    found.push({ ...one, report: JSON.parse(stdout) });
  }
  return report(await import('../../dist/robust/index.js'), found);
}

/** What the command is called with. */
export function argumentsOf({ model, scheme, protect = [] }) {
  const { data, bits, images, chips, seed } = settings;
  const numbers = { bits, images, chips, seed, rates: rates.join(',') };
  const options = Object.entries(numbers).flatMap(([key, value]) => [`--${key}`, String(value)]);
  return ['robust', '--model', model, '--data', data, '--scheme', scheme, ...options, ...protect];
}

/** What is compared on the same chips: the first should be wrong more often, the upper ones as the paper says. */
const orderings = [
  ['normal', 'layer'],
  ['asymmetric', 'layer'],
  ['asymmetric', 'unsigned'],
  ['unsigned', 'rquant'],
  ['trained', 'clipped'],
  ['clipped', 'random'],
  ['mxint8', 'rquant'],
  ['mxint8', 'mxint8, scales hardened'],
];

const losses = [0.01, 0.025];

/**
 * The report on what the command told of each run.
 *
 * @param robust the toolkit's module
 */
export function report({ comparePaired }, found) {
  const rows = found.flatMap((one) => one.report.schemes.map((scheme) => rowOf(one, scheme)));
  const clean = rows.find((row) => row.name === 'rquant').clean;
  const json = {
    schema: 1,
    title: 'Bit errors in the stored weights of LeNet-5 on MNIST',
    source: 'D. Stutz et al., "Bit Error Robustness for Energy-Efficient DNN Accelerators", MLSys 2021',
    curve: found[0].report.curve,
    settings,
    commands: found.map((one) => `bitloom ${argumentsOf(one).map(quoted).join(' ')}`),
    rows,
    orderings: orderings.flatMap(([a, b]) => compared(comparePaired, rows, a, b)),
    energy: rows.map((row) => ({
      name: row.name,
      against: losses.map((loss) => savingAt(row, row.clean + loss)),
      againstRquant: losses.map((loss) => savingAt(row, clean + loss)),
    })),
  };
  return { json, markdown: markdown(json) };
}

function rowOf({ key, model, protect }, { scheme, memory, cleanError, rates: own }) {
  const isOfTraining = ['trained', 'clipped', 'random'].includes(key);
  return {
    name: isOfTraining ? key : `${scheme}${protect ? ', scales hardened' : ''}`,
    ...{ model, scheme, bitsPerWeight: memory.bitsPerWeight, clean: cleanError },
    rates: own.map(({ p, voltage, energy, rerr, ci95, worst, errors }) => {
      return { p, voltage, energy, rerr, ci95, worst, errors };
    }),
  };
}

function compared(comparePaired, rows, a, b) {
  const [first, second] = [a, b].map((name) => rows.find((row) => row.name === name));
  return first.rates.map(({ p, errors }, i) => {
    const { difference, probabilityGreater } = comparePaired(errors, second.rates[i].errors, settings.seed);
    return {
      a,
      b,
      p,
      difference: difference.mean,
      ci95: difference.ci95,
      probabilityAWorse: probabilityGreater,
    };
  });
}

/** The highest rate up to which the interval of the error stays below a bound, and the energy that is saved there. */
function savingAt(row, most) {
  const above = row.rates.findIndex(({ ci95 }) => ci95[1] > most);
  const last = row.rates[(above < 0 ? row.rates.length : above) - 1];
  return last ? { p: last.p, saved: 1 - last.energy } : null;
}

/** At how many rates a is known to be worse than b, or better. */
function verdict(pairs) {
  const worse = pairs.filter(({ ci95 }) => ci95[0] > 0).length;
  const better = pairs.filter(({ ci95 }) => ci95[1] < 0).length;
  return `worse at ${worse} of ${pairs.length} rates${better > 0 ? `, better at ${better}` : ''}`;
}

function quoted(text) {
  return /[ (]/.test(text) ? `'${text}'` : text;
}

/** The report as text. */
export function markdown({ title, source, curve, commands, rows, orderings: pairs, energy }) {
  const percent = (share) => String(Number((100 * share).toFixed(1)));
  const { images, chips, seed } = settings;
  const saved = (one) => (one === null ? '–' : `${percent(one.saved)} % (p = ${percent(one.p)} %)`);
  const interval = ([low, high]) => `${percent(low)} … ${percent(high)}`;
  const told = [...new Set(pairs.map(({ a, b }) => `${a} − ${b}`))];
  return `${[
    `# ${title}`,
    '',
    `${source}; voltages and energies by ${curve.name}: ${curve.source.title}. Measured in simulation: the first ${images} test`,
    `images, ${chips} chips (seed ${seed}), the same for all rows; in brackets Student's 95 % interval over chips for these images.`,
    'Few chips and images: the intervals say which differences are known. The paper has CIFAR-10 and larger networks.',
    '`normal` to `rquant` and the formats are codes of the same `lenet5`, trained without regard to codes; `trained` saw 8-bit',
    'codes in training, `clipped` weights within ±0.1 too, and `random` also bit errors at 5 %. Errors in %.',
    '',
    `| codes | bits | p = 0 | ${rates.map((p) => `${percent(p)} %`).join(' | ')} |`,
    `|---|---|---|${rates.map(() => '---|').join('')}`,
    ...rows.map(
      (row) =>
        `| ${row.name} | ${Number(row.bitsPerWeight.toFixed(2))} | ${percent(row.clean)} | ${row.rates
          .map(({ rerr, ci95 }) => `${percent(rerr)} (${interval(ci95)})`)
          .join(' | ')} |`,
    ),
    '',
    '## Which is worse, on the same chips',
    '',
    'Difference of the errors in percentage points with its interval; in bold where the interval leaves out 0. The paper',
    'has all but the last two. A sample with a score that is no number is wrong: where exponents of MX are faulty, that is the rule.',
    '',
    ...told.map((what) => `- ${what}: ${verdict(pairs.filter(({ a, b }) => `${a} − ${b}` === what))}`),
    '',
    `| a − b | ${rates.map((p) => `${percent(p)} %`).join(' | ')} |`,
    `|---|${rates.map(() => '---|').join('')}`,
    ...told.map(
      (what) =>
        `| ${what} | ${pairs
          .filter(({ a, b }) => `${a} − ${b}` === what)
          .map(({ difference, ci95 }) => {
            const text = `${percent(difference)} (${interval(ci95)})`;
            return ci95[0] > 0 || ci95[1] < 0 ? `**${text}**` : text;
          })
          .join(' | ')} |`,
    ),
    '',
    '## Energy saved',
    '',
    'Of reading all weights, at the highest of these rates at which the interval of the error lies within 1 and 2.5 points of',
    'the error without bit errors: that of the same row, and that of `rquant`. The paper has 20 % at 1 and 30 % at 2.5 points.',
    '',
    '| codes | 1 point of its own | 2.5 points | 1 point of `rquant` | 2.5 points |',
    '|---|---|---|---|---|',
    ...energy.map(
      ({ name: row, against, againstRquant }) =>
        `| ${row} | ${[...against, ...againstRquant].map(saved).join(' | ')} |`,
    ),
    '',
    '## Commands',
    '',
    '```sh',
    ...commands,
    '```',
  ].join('\n')}\n`;
}
