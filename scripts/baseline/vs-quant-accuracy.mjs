// Accuracies of per-vector and block formats on LeNet-5, against one scale for each channel.
import { readFile } from 'node:fs/promises';
import * as base from '../../dist/base/index.js';
import * as format from '../../dist/format/index.js';
import * as nn from '../../dist/nn/index.js';
import { figures, networks, settings } from './vs-quant-accuracy-figures.mjs';

export const name = 'vs-quant-accuracy';

export async function run() {
  const found = [];
  for (const network of networks) {
    const bytes = await readFile(new URL(`../../models/${network.model}.onnx`, import.meta.url));
    found.push(await figures({ nn, format, base }, bytes, network, console.error));
  }
  return report(found);
}

/** The report on what was found for each network. */
export function report(found) {
  const json = {
    schema: 1,
    title:
      'Per-vector and block formats against per-channel scaling: accuracy after training, without retraining',
    source:
      'S. Dai et al., "VS-Quant: Per-vector Scaled Quantization for Accurate Low-Precision Neural Network Inference", MLSys 2021',
    settings,
    networks: found,
  };
  return { json, markdown: markdown(json) };
}

function markdown({ title, source, networks: found }) {
  const percent = (share) => (100 * share).toFixed(1);
  const lines = [
    `# ${title}`,
    '',
    `${source}; OCP Microscaling formats and NVFP4. Simulated: all layers in the format, weights and activations,`,
    `ranges from ${settings.calibration} training images (largest magnitude, seed ${settings.seed}), nothing retrained. W/A/ws/as are bits of`,
    'weights, activations and the scales of both, vectors of 16; activations are signed; products of scales are not rounded.',
    'P(A > B): share of 2,000 resamplings of the images in which A is right more often, equal ones counting a half.',
    'The tests are few, so that of small differences nothing can be said, and these small networks are not those of the paper.',
    '`search` was not tried for elements of six and eight bits.',
  ];
  for (const { model, data, images, rows, pairs } of found)
    lines.push(
      ...['', `## ${model} on the first ${images} test images of ${data}`, ''],
      ...['| format | right | 95 % |', '|---|---|---|'],
      ...rows.map(
        (row) => `| ${row.name} | ${percent(row.right / images)} % | ${row.ci95.map(percent).join(' … ')} |`,
      ),
      ...['', '| A | B | P(A > B) |', '|---|---|---|'],
      ...pairs.map(({ a, b, chance }) => `| ${a} | ${b} | ${chance.toFixed(3)} |`),
    );
  return `${lines.join('\n')}\n`;
}
