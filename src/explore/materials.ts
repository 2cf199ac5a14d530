import { keyOf } from '../cache/index.js';
import { networkOf } from './network-measures.js';
import type { Point } from './point.js';

/** A network, with how its images are normalised. */
export interface ModelMaterial {
  readonly base64: string;
  readonly normalisation: string;
}

/**
 * The contents of the files that points name, by those names, so that a point can be evaluated where the files are not. Plain
 * JSON.
 */
export interface Materials {
  readonly designs: Readonly<Record<string, string>>;
  /** JSON texts. */
  readonly technologies: Readonly<Record<string, string>>;
  readonly models: Readonly<Record<string, ModelMaterial>>;
  /** JSON texts of the cost models of technologies. */
  readonly costModels: Readonly<Record<string, string>>;
}

export const noMaterials: Materials = { designs: {}, technologies: {}, models: {}, costModels: {} };

/** The content that only points have whose costs are estimated. */
export const costModelContent = 'cost model';

/** Digests of what a point reads, by `design`, `technology` or `cost model`, `model NAME`. */
export function contentsOf(point: Point, materials: Materials): Record<string, string> {
  const contents: Record<string, string> = { design: digestOf(materials.designs, point.design) };
  if (point.technology !== undefined && point.mode === 'model')
    contents[costModelContent] = digestOf(materials.costModels, point.technology);
  else if (point.technology !== undefined)
    contents['technology'] = digestOf(materials.technologies, point.technology);
  for (const call of point.measures) {
    const model = networkOf(call);
    if (model !== undefined) contents[`model ${model}`] = digestOf(materials.models, model);
  }
  return contents;
}

const digests = new WeakMap<object, Map<string, string>>();

/** Contents are digested once: there may be thousands of points that read the same. */
function digestOf(of: Readonly<Record<string, string | ModelMaterial>>, name: string): string {
  const known = digests.get(of) ?? new Map<string, string>();
  digests.set(of, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const content = Object.hasOwn(of, name) ? of[name]! : '';
  const made = keyOf(content);
  known.set(name, made);
  return made;
}
