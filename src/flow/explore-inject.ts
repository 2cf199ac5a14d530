import { failure, success, type Result } from '../base/index.js';
import { wilson } from '../nn/index.js';
import { checkOptions, estimateMean, type RobustOptions } from '../robust/index.js';
import { askedOptions, injectionCall, type InjectionCall } from './explore-arguments.js';
import { measureKinds } from './explore-measures.js';
import { contentOf, datapathDigest, fileOf, networkOn } from './explore-network.js';
import type { Subject, Taken } from './explore-point.js';
import { prepareRobust, robustPlanOn, runRobust, type RobustPlan } from './robust.js';

/** The share of the images that each chip gets wrong. */
interface Errors {
  readonly errors: readonly number[];
  readonly images: number;
}

/** What networks get right with bit errors in their memories: as `bitloom robust` finds it with the same settings. */
export async function injectionMeasures(subject: Subject): Promise<Result<Taken>> {
  const calls = subject.point.measures.filter(({ measure }) => measureKinds[measure]!.group === 'injection');
  const found = new Map<string, Errors>();
  const taken: { as: string; value: number; interval: readonly [number, number]; from: string }[] = [];
  for (const one of calls) {
    const call = injectionCall(one);
    const key = JSON.stringify(call);
    const errors = found.has(key) ? success(found.get(key)!) : await errorsOf(subject, call);
    if (!errors.ok) return errors;
    found.set(key, errors.value);
    const figure = one.measure === 'worstAccuracy' ? worst : mean;
    taken.push({ as: one.as, ...figure(errors.value), from: sourceOf(call, subject.point.seed) });
  }
  return success({
    measures: Object.fromEntries(taken.map(({ as, value }) => [as, value])),
    intervals: Object.fromEntries(taken.map(({ as, interval }) => [as, interval])),
    provenance: Object.fromEntries(taken.map(({ as, from }) => [as, { origin: 'simulated', from }])),
  });
}

function errorsOf(subject: Subject, call: InjectionCall): Promise<Result<Errors>> {
  const { point, design, materials, stages, store } = subject;
  const checked = checkOptions(askedOptions(call, point.seed));
  if (!checked.ok) return Promise.resolve(checked);
  const inputs = {
    // In float the network is the same on all datapaths.
    datapath: call.scheme === undefined ? datapathDigest(design.built().simplified) : null,
    contents: contentOf(materials, call.model),
    ...call,
    seed: [point.seed, checked.value.seed],
  };
  return stages.run<Errors>('inject', inputs, async () => {
    const plan = await planOf(subject, call, checked.value);
    if (!plan.ok) return plan;
    // Points run on a core each, so in this thread.
    const run = await runRobust(plan.value, 0, store);
    if (!run.ok) return run;
    const images = plan.value.workload.images.count;
    const [{ chips }] = run.value.schemes as [(typeof run.value.schemes)[number]];
    return success({ errors: chips.map(([score]) => score!.wrong / images), images });
  });
}

async function planOf(
  subject: Subject,
  call: InjectionCall,
  options: RobustOptions,
): Promise<Result<RobustPlan>> {
  const file = fileOf(subject.materials, call.model);
  if (!file) return failure();
  const { model, data, images } = call;
  if (call.scheme !== undefined) return prepareRobust(file, data, images, options);
  const inference = await networkOn(subject, { model, data, images });
  return inference.ok ? robustPlanOn(file, inference.value, subject.point.seed, options) : inference;
}

/** What a sample of chips and of images says of the mean: the ends that either gives, their distances added as squares. */
function mean({ errors, images }: Errors): { value: number; interval: readonly [number, number] } {
  const { mean: error, ci95 } = estimateMean(errors);
  const value = 1 - error;
  const [low, high] = wilson(value * images, images);
  return {
    value,
    interval: [
      Math.max(0, value - Math.hypot(value - low, ci95[1] - error)),
      Math.min(1, value + Math.hypot(high - value, error - ci95[0])),
    ],
  };
}

/** The interval is for these chips on other images: Hoeffding's for all of them at once (1963). */
function worst({ errors, images }: Errors): { value: number; interval: readonly [number, number] } {
  const value = 1 - Math.max(...errors);
  const reach = Math.sqrt(Math.log((2 * errors.length) / 0.05) / (2 * images));
  return { value, interval: [Math.max(0, value - reach), Math.min(1, value + reach)] };
}

function sourceOf(call: InjectionCall, seed: number): string {
  const { model, data, images, scheme, bits = 8, where, rate, chips, faults, protect } = call;
  const how = scheme === undefined ? 'on the datapath, bit exact' : `in codes of ${scheme}, ${bits} bits`;
  const guarded = protect === 'none' ? '' : `, ${protect}`;
  return (
    `${images} test images of ${data} through ${model} ${how}, on ${chips} chips of seed ${call.seed ?? seed}; ` +
    `of the bits of ${where} ${rate} are wrong (${faults}${guarded})`
  );
}
