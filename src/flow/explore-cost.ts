import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import { defaultInputs, modelSources, type Cost } from '../cost/index.js';
import { costDesign, type DesignCost } from './cost.js';
import { modelDesign } from './modelled.js';
import { plainDesign } from './explore-plain.js';
import { measureKinds } from './explore-measures.js';
import type { Subject, Taken } from './explore-point.js';

/** Area, delay, energy and leakage, by synthesis. Designs that come out the same share one synthesis. */
export async function costMeasures(subject: Subject): Promise<Result<Taken>> {
  const { point, design, technology, materials, stages, store } = subject;
  const { arithmetic, seed, clockPs } = point;
  if (point.mode === 'model') return estimatedMeasures(subject);
  const inputs = {
    design: plainDesign(design.written),
    technology: materials.technologies[point.technology ?? ''],
    arithmetic,
    seed,
    ...(clockPs !== undefined && { clockPs }),
  };
  const cost = await stages.run<DesignCost>('synthesise', inputs, async () => {
    const read = technology();
    if (!read.ok) return read;
    return costDesign(design.built(), read.value, {
      arithmetic,
      clockPs,
      // Designs that have modules in common share the mapping of these.
      cache: store,
      inputs: { ...defaultInputs, seed } as typeof defaultInputs,
    });
  });
  if (!cost.ok) return cost;
  return success(takenFrom(subject, cost.value));
}

/** The same by the cost model. It takes milliseconds, less than looking up what was computed before. */
async function estimatedMeasures(subject: Subject): Promise<Result<Taken>> {
  const wrong = beyondModel(subject);
  const model = await subject.costModel();
  if (!model.ok || wrong.length > 0) return failure(...wrong, ...model.diagnostics);
  const cost = modelDesign(subject.design, model.value, subject.point.arithmetic);
  if (!cost.ok) return cost;
  return success(takenFrom(subject, { ...cost.value, sources: modelSources(model.value) }));
}

/** What of a point only synthesis can answer. */
function beyondModel({ point: { measures } }: Subject): Diagnostic[] {
  if (!measures.some(({ measure }) => measure === 'cells')) return [];
  return [
    fault('model-cannot', 'the model has no answer to measure `cells`', {
      hint: 'leave it out, or take the mode `synth`',
    }),
  ];
}

type Figures = Pick<Cost, 'sources'>;

function takenFrom({ point }: Subject, cost: Figures): Taken {
  const calls = point.measures.filter(({ measure }) => measureKinds[measure]!.group === 'cost');
  return {
    measures: Object.fromEntries(calls.map(({ measure, as }) => [as, figure(cost, measure)])),
    intervals: {},
    provenance: Object.fromEntries(calls.map(({ measure, as }) => [as, sourceOf(cost, measure)])),
  };
}

function figure(cost: Figures, measure: string): number | null {
  return (cost as unknown as Readonly<Record<string, number | null>>)[measure]!;
}

/** Measures that are found from another figure, or with it. */
const foundWith: Readonly<Record<string, string>> = { fmaxMhz: 'delayPs', cells: 'areaUm2' };

function sourceOf({ sources }: Figures, measure: string): Taken['provenance'][string] {
  const source = sources.find(({ figure }) => figure === (foundWith[measure] ?? measure));
  const origin =
    source?.origin === 'modelled' || source?.origin === 'simulated' ? source.origin : 'synthesised';
  return { origin, from: source?.from ?? '' };
}
