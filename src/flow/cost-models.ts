import { readFile } from 'node:fs/promises';
import { failure, fault, success, suggest, type Place, type Result } from '../base/index.js';
import { parseCostModel, type CostModel } from '../cost/index.js';

/** The technologies of the package that have a fitted cost model, in the order in which they are told of. */
export const modelledTechnologies = ['asap7', 'freepdk45', 'sky130', 'sg13g2'] as const;

/** The file of the cost model of a technology of the package; undefined where it has none. */
export function costModelFile(technology: string): URL | undefined {
  const isKnown = (modelledTechnologies as readonly string[]).includes(technology);
  return isKnown ? new URL(`../../tech/model/${technology}.json`, import.meta.url) : undefined;
}

const known = new Map<string, Promise<CostModel>>();

/** The cost model of a technology of the package, read once. A fault, at `place`, where it has none. */
export async function packagedModel(technology: string, place?: Place): Promise<Result<CostModel>> {
  const file = costModelFile(technology);
  if (!file) return failure(noModel(technology, place));
  if (!known.has(technology)) known.set(technology, readModel(file));
  return success(await known.get(technology)!);
}

async function readModel(file: URL): Promise<CostModel> {
  const model = await parseCostModel(file.pathname, await readFile(file, 'utf8'));
  if (!model.ok) throw new Error(model.diagnostics[0]!.message);
  return model.value;
}

function noModel(technology: string, place?: Place) {
  const message = `stages for a clock cannot be found in \`${technology}\`: it has no cost model`;
  return fault('no-cost-model', message, { place, hint: suggest(technology, modelledTechnologies) });
}
