import { existsSync } from 'node:fs';
import { failure, fault, success, type Result } from '../base/index.js';
import type { CostModel } from '../cost/index.js';
import type { CostSample } from '../flow/index.js';
import { packageFolder } from './data.js';
import { readJson, readText } from './files.js';

/** The technologies that have a fitted cost model, in the order in which they are told of. */
export const modelledTechnologies = ['asap7', 'freepdk45', 'sky130', 'sg13g2'] as const;

/** The cost model of a technology, or the one in a JSON file of the same form. */
export async function readCostModel(name: string): Promise<Result<CostModel>> {
  const text = await costModelText(name);
  if (!text.ok) return text;
  const { parseCostModel } = await import('../cost/index.js');
  return parseCostModel(fileOf(name), text.value);
}

/** The JSON text of the same. */
export async function costModelText(name: string): Promise<Result<string>> {
  const file = fileOf(name);
  if (file === name && !existsSync(file))
    return failure(
      fault('no-cost-model', `there is no cost model for \`${name}\``, {
        hint: `there are models for ${modelledTechnologies.join(', ')}; --mode synth works for every technology`,
      }),
    );
  return readText(file);
}

function fileOf(name: string): string {
  const isKnown = (modelledTechnologies as readonly string[]).includes(name);
  return isKnown ? `${packageFolder}tech/model/${name}.json` : name;
}

/** What synthesis gave of the designs that a technology's model was made and is judged by. */
export async function readCostSamples(name: string): Promise<Result<readonly CostSample[]>> {
  const json = await readJson(`${packageFolder}tech/model/${name}-samples.json`);
  return json.ok ? success((json.value as { samples: readonly CostSample[] }).samples) : json;
}
