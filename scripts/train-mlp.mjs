// Trains models/mlp.onnx by its recipe and measures it in float and in int8. Run by `npm run train`.
import { writeFileSync } from 'node:fs';
import {
  calibrate,
  choose,
  exactEngine,
  int8,
  normalisations,
  prepare,
  quantise,
  readImages,
  recipes,
  runQuantised,
  train,
  writeOnnx,
} from '../dist/nn/index.js';

/** The value of a result, or the end of the script with what is wrong. */
function need(result) {
  for (const { message, hint } of result.diagnostics) console.error(message, hint ?? '');
  if (!result.ok) process.exit(2);
  return result.value;
}

const recipe = recipes.mlp;
const normalisation = normalisations[recipe.normalisation];
const calibration = { images: 1000, seed: 1 };

const network = need(
  train(recipe, ({ epoch, loss }) => console.error(`epoch ${epoch}: loss ${loss.toFixed(4)}`)),
);
const file = new URL('../models/mlp.onnx', import.meta.url);
writeFileSync(file, await writeOnnx(network));

const prepared = need(prepare(network));
const chosen = choose(calibration.images, 60_000, calibration.seed);
const ranges = need(
  calibrate(prepared, { images: need(readImages('mnist', 'train', chosen)), normalisation }),
);
const quantised = need(quantise(prepared, ranges, int8));
const test = { images: need(readImages('mnist', 'test')), normalisation };
const { images, accuracy, accuracyFloat, agreement, ci95 } = need(
  runQuantised(quantised, test, exactEngine()),
);

const record = {
  schema: 1,
  file: 'mlp.onnx',
  recipe,
  calibration: { split: 'train', method: 'max', ...calibration },
  quantisation: int8,
  measured: { split: 'test', images, accuracyFloat, accuracy, ci95, agreement },
};
writeFileSync(new URL('../models/mlp.json', import.meta.url), `${JSON.stringify(record, null, 2)}\n`);
console.log(JSON.stringify(record.measured));
