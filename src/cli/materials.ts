import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { Materials, ModelMaterial, Point, SweepMode } from '../explore/index.js';
import { packageFolder, readModel, technologyNames } from './data.js';
import { readText } from './files.js';
import { costModelText } from './model-data.js';

/** The names of what points read. */
export type Needs = Pick<Point, 'design' | 'technology' | 'measures'> & {
  /** `model-first` needs what `synth` and `model` need. */
  readonly mode: SweepMode;
};

/** Reads all that points need: designs and technology files beside `file`, and what comes with the package. */
export async function readMaterials(file: string, points: readonly Needs[]): Promise<Result<Materials>> {
  const beside = (name: string): string => (isAbsolute(name) ? name : join(dirname(file), name));
  const designs = await readEach(
    points.map(({ design }) => design),
    (name) => readText(beside(name)),
  );
  const shipped = await technologyNames();
  const technologies = await readEach(
    points.flatMap(({ technology, mode }) => (mode === 'model' ? [] : (technology ?? []))),
    (name) => technologyText(name, shipped, beside(name)),
  );
  const costModels = await readEach(
    points.flatMap(({ technology, mode }) => (mode === 'synth' ? [] : (technology ?? []))),
    (name) => costModelText(existsSync(beside(name)) ? beside(name) : name),
  );
  const { networkOf } = await import('../explore/index.js');
  const networks = points.flatMap(({ measures }) => measures.flatMap((call) => networkOf(call) ?? []));
  const models = await readEach(networks, (name) => modelOf(name, beside(name)));
  if (designs.ok && technologies.ok && models.ok && costModels.ok)
    return success({
      ...{ designs: designs.value, technologies: technologies.value },
      ...{ models: models.value, costModels: costModels.value },
    });
  return failure(...[designs, technologies, costModels, models].flatMap(({ diagnostics }) => diagnostics));
}

/** Diagnostics of what points read, with the places where it was read from. */
export function placedBeside(file: string, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map((one) => {
    if (!one.place || existsSync(one.place.file)) return one;
    return { ...one, place: { ...one.place, file: join(dirname(file), one.place.file) } };
  });
}

async function readEach<T>(
  names: readonly string[],
  read: (name: string) => Promise<Result<T>>,
): Promise<Result<Record<string, T>>> {
  const found: Record<string, T> = {};
  const wrong: Diagnostic[] = [];
  for (const name of new Set(names)) {
    const one = await read(name);
    if (one.ok) found[name] = one.value;
    else wrong.push(...one.diagnostics);
  }
  return wrong.length > 0 ? failure(...wrong) : success(found);
}

async function technologyText(
  name: string,
  shipped: readonly string[],
  beside: string,
): Promise<Result<string>> {
  if (shipped.includes(name)) return readText(`${packageFolder}tech/${name}.json`);
  if (existsSync(beside)) return readText(beside);
  const { readTechnology } = await import('./data.js');
  const unknown = await readTechnology(name);
  return unknown.ok ? readText(name) : unknown;
}

async function modelOf(name: string, beside: string): Promise<Result<ModelMaterial>> {
  const read = await readModel(existsSync(beside) ? beside : name, 'unit');
  if (!read.ok) return read;
  const { bytes, normalisation } = read.value;
  return success({ base64: Buffer.from(bytes).toString('base64'), normalisation });
}
