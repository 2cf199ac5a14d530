import { failure, success, type Result } from '../base/index.js';
import { keyOf } from '../cache/index.js';
import type { Materials } from '../explore/index.js';
import type { Design } from '../ir/index.js';
import { plainPlan, type NormalisationName, type Workload } from '../nn/index.js';
import type { InferenceCall } from './explore-arguments.js';
import { plainDesign } from './explore-plain.js';
import type { Subject } from './explore-point.js';
import {
  inferDefaults,
  observed,
  prepareInference,
  testImages,
  type calibrated,
  type Calibrated,
  type Inference,
  type ModelFile,
} from './infer.js';

/** What is at hand of networks from earlier points. */
export interface ReadyNetworks {
  /** What was seen of networks in float, whatever datapath they are to run on. */
  readonly seen: Map<string, Promise<Result<Omit<Calibrated, 'test'>>>>;
  readonly test: Map<string, Promise<Result<Workload>>>;
  /** The last ones that were quantised. */
  readonly quantised: Map<string, Promise<Result<Inference>>>;
}

export function noNetworks(): ReadyNetworks {
  return { seen: new Map(), test: new Map(), quantised: new Map() };
}

/** How many quantised networks are kept: measures of one point share one. */
const most = 4;

/** A network quantised as wide as the ports of a point's datapath are, ready to run there. It is shared by all that ask for the same. */
export async function networkOn(subject: Subject, call: InferenceCall): Promise<Result<Inference>> {
  const { point, design, networks, stages, materials } = subject;
  const { model, data, images } = call;
  const file = fileOf(materials, model);
  if (!file) return failure();
  const started = performance.now();
  const { simplified } = design.built();
  const { seed } = point;
  const contents = contentOf(materials, model);
  const key = keyOf({ datapath: datapathDigest(simplified), contents, data, images, seed });
  const known = networks.quantised.get(key);
  const options = { ...inferDefaults, data, images, seed, plan: plainPlan };
  const made = known ?? prepareInference(file, design.built(), options, sharedCalibration(subject, contents));
  networks.quantised.delete(key);
  networks.quantised.set(key, made);
  if (networks.quantised.size > most) networks.quantised.delete(networks.quantised.keys().next().value!);
  const ready = await made;
  stages.took('quantise', key, known !== undefined, started);
  return ready;
}

/** Calibration that finds what points with other datapaths, or with other numbers of images, have seen. */
function sharedCalibration({ networks, stages }: Subject, contents: string): typeof calibrated {
  return async (prepared, file, options) => {
    const { data, images, seed } = options;
    const started = performance.now();
    const key = keyOf({ contents, data, seed });
    const known = networks.seen.get(key);
    const seen = await atHand(networks.seen, key, () => observed(prepared, file, options));
    stages.took('calibrate', key, known !== undefined, started);
    if (!seen.ok) return seen;
    const test = await atHand(networks.test, keyOf({ contents, data, images }), () =>
      testImages(prepared, file, options),
    );
    return test.ok ? success({ ...seen.value, test: test.value }) : test;
  };
}

function atHand<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}

/** A network as points have it; undefined where it is not among what they read. */
export function fileOf({ models }: Materials, name: string): ModelFile | undefined {
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  return (
    model && {
      name,
      bytes: Buffer.from(model.base64, 'base64'),
      normalisation: model.normalisation as NormalisationName,
    }
  );
}

export function contentOf({ models }: Materials, name: string): string {
  return keyOf(Object.hasOwn(models, name) ? models[name]! : null);
}

const digests = new WeakMap<Design, string>();

/** Equal for datapaths that compute the same. */
export function datapathDigest(simplified: Design): string {
  const known = digests.get(simplified) ?? keyOf(plainDesign(simplified));
  digests.set(simplified, known);
  return known;
}
