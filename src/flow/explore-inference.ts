import { failure, success, type Result } from '../base/index.js';
import { topOf } from '../ir/index.js';
import type { NormalisationName, RunReport } from '../nn/index.js';
import { keyOf } from '../cache/index.js';
import { calibrated, inferDefaults, prepareInference, runInference, type Calibrated } from './infer.js';
import { inferenceCall, measureKinds, type InferenceCall } from './explore-measures.js';
import { plainDesign } from './explore-plain.js';
import type { Subject, Taken } from './explore-point.js';

/** What networks gave in float, by what that depends on: points with other datapaths share it. */
export type CalibratedNetworks = Map<string, Promise<Result<Calibrated>>>;

type Scores = Pick<RunReport, 'accuracy' | 'accuracyFloat' | 'agreement' | 'ci95' | 'images'> & {
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
      calls.filter(({ measure }) => measure === 'accuracy').map((one) => [one.as, of(one).scores.ci95]),
    ),
    provenance: Object.fromEntries(
      calls.map((one) => [one.as, { origin: 'simulated' as const, from: sourceOf(of(one).call) }]),
    ),
  });
}

function scoresOf(
  { point, design, materials, networks, stages }: Subject,
  call: InferenceCall,
): Promise<Result<Scores>> {
  const model = materials.models[call.model];
  const { simplified } = design.built();
  const contents = keyOf(model ?? null);
  const calibration: typeof calibrated = async (prepared, file, options) => {
    const started = performance.now();
    const key = keyOf({ contents, ...call, seed: point.seed });
    const known = networks.get(key);
    const made = known ?? calibrated(prepared, file, options);
    networks.set(key, made);
    const found = await made;
    stages.took('calibrate', key, known !== undefined, started);
    return found;
  };
  const inputs = {
    datapath: plainDesign(simplified),
    contents,
    ...call,
    seed: point.seed,
  };
  return stages.run<Scores>('infer', inputs, async () => {
    if (!model) return failure();
    const file = {
      name: call.model,
      bytes: Buffer.from(model.base64, 'base64'),
      normalisation: model.normalisation as NormalisationName,
    };
    const bits = operandBits(subjectPorts(simplified));
    const quantise = { ...inferDefaults.quantise, weightBits: bits, activationBits: bits };
    const { data, images: count } = call;
    const options = { ...inferDefaults, data, images: count, seed: point.seed, quantise };
    const ready = await prepareInference(file, design.built(), options, calibration);
    if (!ready.ok) return ready;
    const run = runInference(ready.value);
    if (!run.ok) return run;
    const { accuracy, accuracyFloat, agreement, ci95, images, layers } = run.value;
    const overflows = layers.reduce((sum, layer) => sum + layer.overflows, 0);
    return success({ accuracy, accuracyFloat, agreement, ci95, images, overflows });
  });
}

function subjectPorts(design: Parameters<typeof topOf>[0]) {
  return topOf(design).inputs.filter((port) => port.lanes > 1);
}

/** The narrowest element of the vectors that the datapath takes, at most 8 bits: codes of a network are no wider. */
function operandBits(ports: readonly { readonly width: number; readonly lanes: number }[]): number {
  return Math.min(8, ...ports.map((port) => port.width / port.lanes));
}

function figure(scores: Scores, measure: string): number {
  return (scores as unknown as Readonly<Record<string, number>>)[measure]!;
}

function sourceOf({ model, data, images }: InferenceCall): string {
  return `${images} test images of ${data} through ${model} on the datapath, bit exact`;
}
