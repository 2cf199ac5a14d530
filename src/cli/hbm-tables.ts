import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { NpyArray } from '../format/index.js';
import type { Layer, LayerCodes, Plan, TableCodes } from '../hbm/index.js';
import { readBytes, readText } from './files.js';

/** Where the numbers of a trial come from, and how they are rounded. */
export interface NumbersGiven {
  /** A folder with `NAME.npy` for each table; random elements without it. */
  readonly tables?: string;
  /** A folder with `layerN.npy` and `biasN.npy` for each layer; true for random ones. Without it there is no network. */
  readonly network?: string | true;
  readonly fraction: number;
  /** Of what is random. */
  readonly seed?: number;
}

export async function readPlan(file: string): Promise<Result<Plan>> {
  const text = await readText(file);
  return text.ok ? (await import('../hbm/index.js')).parsePlan(file, text.value) : text;
}

/** The elements of all tables, and the weights of the network where one is asked for; all faults of all files together. */
export async function numbersOf(
  plan: Plan,
  given: NumbersGiven,
): Promise<Result<{ readonly codes: TableCodes; readonly network?: readonly LayerCodes[] }>> {
  const { imageFaults } = await import('../hbm/index.js');
  const unfit = imageFaults(plan.model, given.fraction);
  if (unfit.length > 0) return failure(...unfit);
  const codes = await codesOf(plan, given);
  const network = given.network === undefined ? undefined : await layersGiven(plan, given);
  if (!codes.ok || (network && !network.ok))
    return failure(...codes.diagnostics, ...(network?.diagnostics ?? []));
  return success({ codes: codes.value, ...(network && { network: network.value }) });
}

async function codesOf(
  plan: Plan,
  { tables, seed = 1, fraction }: NumbersGiven,
): Promise<Result<TableCodes>> {
  if (tables === undefined) return success((await import('../flow/index.js')).randomTables(plan, seed));
  const { codesFrom } = await import('../hbm/index.js');
  const { elementBits } = plan.model;
  const codes = plan.model.tables.map(async (one) => {
    const array = await arrayIn(join(tables, `${one.name}.npy`));
    return array.ok ? codesFrom(array.value.file, one, array.value.array, elementBits, fraction) : array;
  });
  return together(await Promise.all(codes));
}

async function layersGiven(
  { model }: Plan,
  { network, seed = 1, fraction }: NumbersGiven,
): Promise<Result<readonly LayerCodes[]>> {
  const { layersOf, randomLayers } = await import('../hbm/index.js');
  const layers = layersOf(model);
  if (!layers.ok) return layers;
  if (typeof network !== 'string')
    return success(randomLayers(layers.value, model.elementBits, fraction, seed + 1));
  const codes = layers.value.map((layer, at) => layerIn(network, at + 1, layer, model.elementBits, fraction));
  return together(await Promise.all(codes));
}

async function layerIn(
  folder: string,
  number: number,
  layer: Layer,
  elementBits: number,
  fraction: number,
): Promise<Result<LayerCodes>> {
  const bias = join(folder, `bias${number}.npy`);
  const weights = await arrayIn(join(folder, `layer${number}.npy`));
  const biases = existsSync(bias) ? await arrayIn(bias) : undefined;
  if (!weights.ok || (biases && !biases.ok))
    return failure(...weights.diagnostics, ...(biases?.diagnostics ?? []));
  const { layerFrom } = await import('../hbm/index.js');
  return layerFrom(layer, weights.value, biases?.value, elementBits, fraction);
}

async function arrayIn(file: string): Promise<Result<{ readonly file: string; readonly array: NpyArray }>> {
  const bytes = await readBytes(file);
  if (!bytes.ok) return bytes;
  const { readNpy } = await import('../format/index.js');
  const array = readNpy(file, bytes.value);
  return array.ok ? success({ file, array: array.value }) : array;
}

/** All that was read; or all faults. */
function together<T>(parts: readonly Result<T>[]): Result<readonly T[]> {
  const faults: readonly Diagnostic[] = parts.flatMap((part) => (part.ok ? [] : part.diagnostics));
  return faults.length > 0
    ? failure(...faults)
    : success(parts.flatMap((part) => (part.ok ? [part.value] : [])));
}
