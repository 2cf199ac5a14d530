import { failure, fault, success, type Result } from '../base/index.js';
import { defaultInputs, type Cost } from '../cost/index.js';
import { costDesign, type DesignCost } from './cost.js';
import { plainDesign } from './explore-plain.js';
import { measureKinds } from './explore-measures.js';
import type { Subject, Taken } from './explore-point.js';

/** Area, delay, energy and leakage, by synthesis. Designs that come out the same share one synthesis. */
export async function costMeasures({
  point,
  built,
  technology,
  materials,
  stages,
}: Subject): Promise<Result<Taken>> {
  const { arithmetic, seed } = point;
  if (point.mode === 'model')
    return failure(
      fault('bad-point', 'points are measured by synthesis only', { hint: 'leave out `model`' }),
    );
  const inputs = {
    design: plainDesign(built.written),
    technology: materials.technologies[point.technology ?? ''],
    arithmetic,
    seed,
  };
  const cost = await stages.run<DesignCost>('synthesise', inputs, async () => {
    const read = technology();
    if (!read.ok) return read;
    return costDesign(built, read.value, {
      arithmetic,
      inputs: { ...defaultInputs, seed } as typeof defaultInputs,
    });
  });
  if (!cost.ok) return cost;
  const calls = point.measures.filter(({ measure }) => measureKinds[measure]!.group === 'cost');
  return success({
    measures: Object.fromEntries(calls.map(({ measure, as }) => [as, figure(cost.value, measure)])),
    intervals: {},
    provenance: Object.fromEntries(calls.map(({ measure, as }) => [as, sourceOf(cost.value, measure)])),
  });
}

function figure(cost: Cost, measure: string): number | null {
  return (cost as unknown as Readonly<Record<string, number | null>>)[measure]!;
}

/** Measures that are found from another figure, or with it. */
const foundWith: Readonly<Record<string, string>> = { fmaxMhz: 'delayPs', cells: 'areaUm2' };

function sourceOf({ sources }: Cost, measure: string): Taken['provenance'][string] {
  const source = sources.find(({ figure }) => figure === (foundWith[measure] ?? measure));
  const origin =
    source?.origin === 'modelled' || source?.origin === 'simulated' ? source.origin : 'synthesised';
  return { origin, from: source?.from ?? '' };
}
