import { success, type Result } from '../base/index.js';
import { wilson, type RunReport } from '../nn/index.js';
import { inferenceCall, type InferenceCall } from './explore-arguments.js';
import { measureKinds } from './explore-measures.js';
import { contentOf, datapathDigest, networkOn } from './explore-network.js';
import type { Subject, Taken } from './explore-point.js';
import { runInference } from './infer.js';

type Scores = Pick<RunReport, 'accuracy' | 'accuracyFloat' | 'agreement' | 'images'> & {
  readonly overflows: number;
};

/** Measures of networks on the datapath, bit for bit. They depend on what it computes, not on how it is made or pipelined. */
export async function inferenceMeasures(subject: Subject): Promise<Result<Taken>> {
  const calls = subject.point.measures.filter(({ measure }) => measureKinds[measure]!.group === 'inference');
  const runs = new Map<string, { readonly call: InferenceCall; readonly scores: Scores }>();
  for (const one of calls) {
    const call = inferenceCall(one);
    const key = JSON.stringify(call);
    if (runs.has(key)) continue;
    const scores = await scoresOf(subject, call);
    if (!scores.ok) return scores;
    runs.set(key, { call, scores: scores.value });
  }
  const of = (one: (typeof calls)[number]) => runs.get(JSON.stringify(inferenceCall(one)))!;
  return success({
    measures: Object.fromEntries(calls.map((one) => [one.as, figure(of(one).scores, one.measure)])),
    intervals: Object.fromEntries(
      calls
        .filter(({ measure }) => measure !== 'overflows')
        .map((one) => [one.as, intervalOf(of(one).scores, one.measure)]),
    ),
    provenance: Object.fromEntries(
      calls.map((one) => [one.as, { origin: 'simulated' as const, from: sourceOf(of(one).call) }]),
    ),
  });
}

function scoresOf(subject: Subject, call: InferenceCall): Promise<Result<Scores>> {
  const { point, design, materials, stages } = subject;
  const inputs = {
    datapath: datapathDigest(design.built().simplified),
    contents: contentOf(materials, call.model),
    ...call,
    seed: point.seed,
  };
  return stages.run<Scores>('infer', inputs, async () => {
    const ready = await networkOn(subject, call);
    if (!ready.ok) return ready;
    const run = runInference(ready.value);
    if (!run.ok) return run;
    const { accuracy, accuracyFloat, agreement, images, layers } = run.value;
    const overflows = layers.reduce((sum, layer) => sum + layer.overflows, 0);
    return success({ accuracy, accuracyFloat, agreement, images, overflows });
  });
}

function figure(scores: Scores, measure: string): number {
  return (scores as unknown as Readonly<Record<string, number>>)[measure]!;
}

function intervalOf(scores: Scores, measure: string): readonly [number, number] {
  return wilson(Math.round(figure(scores, measure) * scores.images), scores.images);
}

function sourceOf({ model, data, images }: InferenceCall): string {
  return `${images} test images of ${data} through ${model} on the datapath, bit exact`;
}
