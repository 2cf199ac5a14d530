import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import type { Definition } from '../builder/index.js';
import type { Store } from '../cache/index.js';
import {
  contentsOf,
  stagesIn,
  tools,
  type Evaluation,
  type Materials,
  type Outcome,
  type Point,
  type Stages,
} from '../explore/index.js';
import { parseCostModel, type CostModel } from '../cost/index.js';
import { loadDesign } from '../lang/index.js';
import { parseTechnology, type Technology } from '../synth/index.js';
import { understand } from './design.js';
import { costMeasures } from './explore-cost.js';
import { pointDesigns, type PointDesign } from './explore-design.js';
import { inferenceMeasures } from './explore-inference.js';
import { injectionMeasures } from './explore-inject.js';
import { checkMeasures, measureKinds, type MeasureGroup } from './explore-measures.js';
import { noNetworks, type ReadyNetworks } from './explore-network.js';

/** The name of the store that keeps results of stages, in the cache folder. */
export const stageStore = 'stages';

/** Part of an evaluation: what one group of measures gave. */
export type Taken = Pick<Evaluation, 'measures' | 'intervals' | 'provenance'>;

/** What evaluates points: it remembers what it has read, and where results of stages are kept. */
export interface Evaluator {
  /** The measures of a point. Faults of the point, its design and its files are its outcome. */
  evaluate(point: Point): Promise<Outcome>;
}

/** The parts of a point that its groups of measures are made of. */
export interface Subject {
  readonly point: Point;
  readonly design: PointDesign;
  readonly technology: () => Result<Technology>;
  readonly costModel: () => Promise<Result<CostModel>>;
  readonly materials: Materials;
  readonly networks: ReadyNetworks;
  readonly stages: Stages;
  /** Where results are kept; nowhere without one. */
  readonly store: Store | undefined;
}

/**
 * An evaluator of points whose files have the contents in `materials`.
 *
 * @param store where results of stages are kept; without it every point is evaluated by itself
 */
export function evaluator(materials: Materials, store: Store | undefined): Evaluator {
  const definitions = new Map<string, Result<readonly Definition[]>>();
  const technologies = new Map<string, Result<Technology>>();
  const costModels = new Map<string, Promise<Result<CostModel>>>();
  const designOf = pointDesigns();
  const networks = noNetworks();

  function definitionOf({ design, datapath }: Point): Result<Definition> {
    const loaded = once(definitions, design, () => loadDesign(materials.designs[design] ?? '', design));
    if (!loaded.ok) return loaded;
    const found =
      datapath === undefined ? loaded.value.at(-1) : loaded.value.find(({ name }) => name === datapath);
    return found ? success(found) : failure(noSuchDatapath(design, datapath!, loaded.value));
  }

  function technologyOf(name: string): Result<Technology> {
    return once(technologies, name, () => parseTechnology(name, materials.technologies[name] ?? ''));
  }

  function costModelOf(name: string): Promise<Result<CostModel>> {
    return once(costModels, name, () => parseCostModel(name, materials.costModels[name] ?? ''));
  }

  async function subjectOf(given: Point): Promise<Result<Subject>> {
    const calls = checkMeasures(given.measures);
    const definition = definitionOf(given);
    if (!definition.ok || !calls.ok) return failure(...definition.diagnostics, ...calls.diagnostics);
    const point = withShared(given, definition.value);
    const stages = stagesIn(store);
    const digest = contentsOf(point, materials)['design']!;
    const design = await designOf(definition.value, digest, point, stages);
    if (!design.ok) return design;
    const technology = (): Result<Technology> =>
      point.technology === undefined ? failure(noTechnology()) : technologyOf(point.technology);
    const costModel = async (): Promise<Result<CostModel>> =>
      point.technology === undefined ? failure(noTechnology()) : costModelOf(point.technology);
    return success({
      point,
      design: design.value,
      technology,
      costModel,
      materials,
      networks,
      stages,
      store,
    });
  }

  return {
    async evaluate(point) {
      const subject = await subjectOf(point);
      if (!subject.ok) return { ok: false, failure: { kind: 'invalid', diagnostics: subject.diagnostics } };
      const taken = await measure(subject.value);
      if (!taken.ok) return { ok: false, failure: { kind: 'invalid', diagnostics: taken.diagnostics } };
      const stages = subject.value.stages.taken();
      const contents = contentsOf(point, materials);
      return { ok: true, evaluation: { ...taken.value, contents, tools: tools(), stages } };
    },
  };
}

/** The point with those of its shared values as parameters that the design has. */
function withShared({ shared = {}, ...point }: Point, { parameters }: Definition): Point {
  const own = Object.entries(shared).filter(([name]) => parameters.some((one) => one.name === name));
  return { ...point, parameters: { ...point.parameters, ...Object.fromEntries(own) } };
}

/** How each group of measures is taken; each is done once for all measures of its group. */
const groups: Readonly<Record<MeasureGroup, (subject: Subject) => Promise<Result<Taken>>>> = {
  design: (subject) => Promise.resolve(success(designMeasures(subject))),
  cost: costMeasures,
  inference: inferenceMeasures,
  injection: injectionMeasures,
};

async function measure(subject: Subject): Promise<Result<Taken>> {
  const wanted = new Set(subject.point.measures.map(({ measure }) => measureKinds[measure]!.group));
  const parts: Taken[] = [];
  const wrong: Diagnostic[] = [];
  for (const group of wanted) {
    const taken = await groups[group](subject);
    if (taken.ok) parts.push(taken.value);
    else wrong.push(...taken.diagnostics);
  }
  if (wrong.length > 0) return failure(...wrong);
  const inOrder = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      subject.point.measures.flatMap(({ as }) => (Object.hasOwn(all, as) ? [[as, all[as]!] as const] : [])),
    );
  return success({
    measures: inOrder(Object.assign({}, ...parts.map((part) => part.measures)) as Taken['measures']),
    intervals: inOrder(Object.assign({}, ...parts.map((part) => part.intervals)) as Taken['intervals']),
    provenance: inOrder(Object.assign({}, ...parts.map((part) => part.provenance)) as Taken['provenance']),
  });
}

/** Counts of the design as it is made. */
function designMeasures({ point, design }: Subject): Taken {
  const { latency, registerBits, nodes } = understand(design.built());
  const found: Readonly<Record<string, number>> = { latency, registerBits, nodes };
  const calls = point.measures.filter(({ measure }) => measureKinds[measure]!.group === 'design');
  const from = 'counted in the optimised design';
  return {
    measures: Object.fromEntries(calls.map(({ measure, as }) => [as, found[measure]!])),
    intervals: {},
    provenance: Object.fromEntries(calls.map(({ as }) => [as, { origin: 'counted', from }])),
  };
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

function noSuchDatapath(file: string, name: string, all: readonly Definition[]): Diagnostic {
  const known = all.map((definition) => definition.name).join(', ');
  return fault('unknown-name', `there is no datapath \`${name}\` in ${file}`, { hint: `known: ${known}` });
}

function noTechnology(): Diagnostic {
  return fault('bad-point', 'the point names no technology, which its measures of cost need', {
    hint: 'add "technology": "asap7"',
  });
}
