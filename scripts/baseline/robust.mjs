// Test errors of LeNet-5 on MNIST with bit errors in its stored weights: schemes of codes, ways of training, block formats.
import { runStudy } from './robust-runs.mjs';
import { markdown as text } from './robust-text.mjs';

export const name = 'robust';

const formats = 'mxint8,nvfp4,vsq(int(8), 16, uint(6))';
const blocks = formats.split(/,(?! )/);
const ladder = 'normal,layer,asymmetric,unsigned,rquant';

/** Of the block formats, whose differences are large. */
const chips = 20;

export const study = {
  title: 'Bit errors in the stored weights of LeNet-5 on MNIST',
  ...{ data: 'mnist', images: 500, chips: 50, seed: 1 },
  rates: [0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2],
  runs: [
    { model: 'lenet5', scheme: ladder },
    { model: 'lenet5-rquant8', scheme: 'rquant', names: ['trained'] },
    { model: 'lenet5-clip20', scheme: 'rquant', names: ['clipped 0.2'] },
    { model: 'lenet5-clip15', scheme: 'rquant', names: ['clipped 0.15'] },
    { model: 'lenet5-clip10', scheme: 'rquant', names: ['clipped 0.1'] },
    { model: 'lenet5-randbet', scheme: 'rquant', names: ['random'] },
    { model: 'lenet5-rquant4', scheme: 'rquant', bits: 4, names: ['trained, 4 bits'] },
    { model: 'lenet5-randbet4', scheme: 'rquant', bits: 4, names: ['random, 4 bits'] },
    { model: 'lenet5', scheme: formats, chips },
    {
      ...{
        model: 'lenet5',
        scheme: formats,
        chips,
        names: blocks.map((block) => `${block}, scales hardened`),
      },
      protect: ['--protect', 'hardened', '--protect-what', 'scales'],
    },
  ],
  /** What is compared on the same chips: the first should be wrong more often, all but the last four as the paper says. */
  orderings: [
    ['normal', 'layer'],
    ['asymmetric', 'layer'],
    ['asymmetric', 'unsigned'],
    ['unsigned', 'rquant'],
    ['trained', 'clipped 0.2'],
    ['clipped 0.2', 'clipped 0.15'],
    ['clipped 0.15', 'clipped 0.1'],
    ['clipped 0.1', 'random'],
    ['trained, 4 bits', 'random, 4 bits'],
    ['trained, 4 bits', 'trained'],
    ['random, 4 bits', 'random'],
    ['mxint8', 'rquant'],
    ['mxint8', 'mxint8, scales hardened'],
  ],
};

export async function run() {
  const json = await runStudy(study);
  return { json, markdown: markdown(json) };
}

/** The report as text. */
export function markdown(report) {
  return text(report, {
    about: [
      '`normal` to `rquant` and the formats are codes of the same `lenet5`, trained without regard to codes; `trained`',
      'saw codes in training, `clipped` weights within ± the number too, and `random` ± 0.1 and bit errors at 5 %.',
      'The paper has CIFAR-10, larger networks and longer training.',
    ],
    remarks: [
      'The paper has all but the last four. A sample with a score that is no number is wrong: where exponents of MX are faulty, that',
      'is the rule.',
    ],
  });
}
