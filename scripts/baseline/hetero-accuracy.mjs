// Accuracies of LeNet-5 trained with weights of 1, 1.4, 2 and 3 bits by residual binarisation.
import { readFile } from 'node:fs/promises';
import * as base from '../../dist/base/index.js';
import * as nn from '../../dist/nn/index.js';
import { figures, seeds, settings } from './hetero-accuracy-figures.mjs';
import { spread } from './seeds.mjs';

export const name = 'hetero-accuracy';

export async function run() {
  const file = new URL(`../../models/${settings.model}.recipe.json`, import.meta.url);
  const recipe = JSON.parse(await readFile(file, 'utf8'));
  const found = await figures({ nn, base }, recipe, console.error);
  const json = {
    schema: 1,
    title: 'Weights of 1.4 bits beside 1, 2 and 3, trained',
    source:
      'J. Fromm, S. Patel, M. Philipose, "Heterogeneous Bitwidth Binarization in Convolutional Neural Networks", NeurIPS 2018',
    settings: { ...settings, seeds },
    ...found,
  };
  return { json, markdown: markdown(json) };
}

/** The report as text. */
export function markdown({ title, source, rows, pairs }) {
  const percent = (share) => (100 * share).toFixed(2);
  const meanOf = (bits) => percent(spread(rows.find((row) => row.name === bits).accuracies).mean);
  const lines = [
    `# ${title}`,
    '',
    `After ${source}.`,
    `LeNet-5 on MNIST, trained from random weights with all weights stored in so many bits (biases and activations in float),`,
    `gradients straight through: ${settings.images} training images, ${settings.epochs} epochs of batches of ${settings.batch}, ${seeds.length} seeds, each with its own starting weights, images and order.`,
    'Accuracy over all 10,000 test images. 1.4 bits: 70 % of the weights have 1, 20 % have 2, 10 % have 3, by middle-out',
    'selection anew with each batch; the others have so many bits in all weights. P(A > B): the share of all pairs of a seed of',
    'each in which A is better, with the interval of 95 % of 2,000 resamplings of the seeds.',
    '',
    `Made by \`npm run baseline ${name}\`.`,
    '',
    '| bits | mean, % | deviation of a seed | single seeds |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ name, accuracies }) => {
      const { mean, deviation } = spread(accuracies);
      return `| ${name} | ${percent(mean)} | ${percent(deviation)} | ${accuracies.map(percent).join(', ')} |`;
    }),
    '',
    '| A | B | P(A > B) | 95 % |',
    '| --- | --- | --- | --- |',
    ...pairs.map(
      ({ a, b, chance, ci95 }) =>
        `| ${a} | ${b} | ${chance.toFixed(2)} | ${ci95.map((x) => x.toFixed(2)).join(' … ')} |`,
    ),
    '',
    '## Beside the paper',
    '',
    '- The paper: 1.4 bits on average are as good as 2 bits for all, on AlexNet and MobileNet. Here, on a small network and a short training,',
    `  ${meanOf('1.4')} % and ${meanOf('2')} %; 1 bit for all has ${meanOf('1')} %.`,
    '- Activations are float here, so that only what the bits of weights do is seen.',
  ];
  return `${lines.join('\n')}\n`;
}
