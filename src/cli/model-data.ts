import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { failure, fault, success, type Result } from '../base/index.js';
import type { CostModel } from '../cost/index.js';
import type { CostSample } from '../flow/index.js';
import { packageFolder } from './data.js';
import { readJson, readText } from './files.js';

/** The cost model of a technology, or the one in a JSON file of the same form. */
export async function readCostModel(name: string): Promise<Result<CostModel>> {
  const text = await costModelText(name);
  if (!text.ok) return text;
  const { parseCostModel } = await import('../cost/index.js');
  return parseCostModel(name, text.value);
}

/** The JSON text of the same. */
export async function costModelText(name: string): Promise<Result<string>> {
  const { costModelFile, modelledTechnologies } = await import('../flow/index.js');
  const file = costModelFile(name);
  if (file) return readText(fileURLToPath(file));
  if (existsSync(name)) return readText(name);
  return failure(
    fault('no-cost-model', `there is no cost model for \`${name}\``, {
      hint: `there are models for ${modelledTechnologies.join(', ')}; --mode synth works for every technology`,
    }),
  );
}

/** The files of all cost models of the package: stages for a clock may depend on any of them. */
export async function costModelFiles(): Promise<string[]> {
  const files = await readdir(`${packageFolder}tech/model`);
  return files
    .filter((file) => !file.endsWith('-samples.json'))
    .map((file) => `${packageFolder}tech/model/${file}`);
}

/** What synthesis gave of the designs that a technology's model was made and is judged by. */
export async function readCostSamples(name: string): Promise<Result<readonly CostSample[]>> {
  const json = await readJson(`${packageFolder}tech/model/${name}-samples.json`);
  return json.ok ? success((json.value as { samples: readonly CostSample[] }).samples) : json;
}
