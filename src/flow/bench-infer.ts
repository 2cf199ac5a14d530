import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure, fault, success, toolMissing, type Result } from '../base/index.js';
import { batches, exactEngine, floatRunner, forward, largestOfRows, type Batch } from '../nn/index.js';
import type { Inference } from './infer.js';

/** A network run in two ways on the same images in one run, one thread each. */
export interface InferBenchmark {
  readonly name: string;
  readonly about: string;
  /** images per second: the median of all batches */
  readonly ours: number;
  readonly peer: number;
  /** our speed over the peer's: the median of the batches' ratios */
  readonly ratio: number;
  readonly target: number;
  readonly images: number;
  /** images that the two put into different classes: for codes no fault, as these are not float */
  readonly otherClass: number;
  /** scores that were compared with what is due, and those that are not that */
  readonly checked: number;
  readonly mismatches: number;
  /** what is due: `bits`, the same as plain arithmetic has them; or the peer's within 1e-4 of the greatest */
  readonly compared: 'bits' | 'within 1e-4';
  /** for all images */
  readonly seconds: { readonly ours: number; readonly peer: number };
}

/** The part of ONNX Runtime that is used. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads?: number } };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<Session>;
  };
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>>;
}

const peerPackage = 'onnxruntime-web';

/** Images that are run together, and how many batches warm both sides up. */
const [batch, warmUp] = [250, 4];

/**
 * Measures a network on a datapath, and in float, beside ONNX Runtime in float on one thread: batch by batch in turn, so
 * that what else the machine does meets all alike.
 */
export async function benchInference(
  { quantised, workload, engineOf }: Inference,
  model: Uint8Array,
): Promise<Result<InferBenchmark[]>> {
  const runtime = await loadRuntime();
  if (!runtime.ok) return runtime;
  const { InferenceSession, Tensor, env } = runtime.value;
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(model);
  const inFloat = floatRunner(quantised.prepared);
  const peer = async ({ tensor }: Batch): Promise<Float32Array> => {
    const fed = { [session.inputNames[0]!]: new Tensor('float32', tensor.data, tensor.dims) };
    return (await session.run(fed))[session.outputNames[0]!]!.data;
  };
  const ways = [peer, scores((tensor) => forward(quantised, tensor, engineOf)), scores(inFloat)];
  const all = [...batches(workload, batch)];
  for (const one of all.slice(0, warmUp)) for (const way of ways) await way(one);
  const times: number[][] = ways.map(() => []);
  const different = ways.map(() => 0);
  for (const one of all) {
    const classes: Uint32Array[] = [];
    for (const [i, way] of ways.entries()) {
      const started = performance.now();
      const found = await way(one);
      times[i]!.push((performance.now() - started) / 1000);
      classes.push(largestOfRows(found, one.tensor.dims[0]!));
      different[i]! += classes[i]!.filter((label, k) => label !== classes[0]![k]).length;
    }
  }
  const [first] = all as [Batch];
  const plain = await scores((tensor) => forward(quantised, tensor, exactEngine()))(first);
  const due = [[], plain, (await peer(first)).slice()] as const;
  const wrong = await Promise.all(
    ways.map(async (way, i) => unlike(await way(first), due[i]!, i === 1 ? 0 : 1e-4)),
  );
  const made = (way: number, name: string, about: string, target: number): InferBenchmark => {
    const ratios = times[way]!.map((seconds, i) => times[0]![i]! / seconds);
    const speeds = (own: readonly number[]): number => median(own.map((s, i) => all[i]!.tensor.dims[0]! / s));
    const { count } = workload.images;
    return {
      ...{ name, about, ours: speeds(times[way]!), peer: speeds(times[0]!), ratio: median(ratios), target },
      ...{ images: count, otherClass: different[way]! },
      ...{ checked: due[way]!.length, mismatches: wrong[way]!, compared: way === 1 ? 'bits' : 'within 1e-4' },
      seconds: { ours: sum(times[way]!), peer: sum(times[0]!) },
    };
  };
  const { name } = quantised.prepared.network;
  return success([
    made(1, `${name} on the datapath`, `int8, bit exact, beside ${peerPackage} in float`, 0.25),
    made(2, `${name} in float`, `float32, beside ${peerPackage} in float`, 0.25),
  ]);
}

/** How many numbers are not those that are due, up to a part of the greatest of these. */
function unlike(found: ArrayLike<number>, due: ArrayLike<number>, part: number): number {
  const most = Array.from(due).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return Array.from(due).filter((x, i) => !(Math.abs(x - found[i]!) <= part * most)).length;
}

function scores(run: (tensor: Batch['tensor']) => Result<{ readonly data: Float32Array }>) {
  return ({ tensor }: Batch): Promise<Float32Array> => {
    const found = run(tensor);
    if (!found.ok) throw new Error(found.diagnostics[0]!.message);
    return Promise.resolve(found.value.data);
  };
}

/** The peer, from the user's folder or from here. */
async function loadRuntime(): Promise<Result<Runtime>> {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      const path = createRequire(from).resolve(peerPackage);
      return success((await import(pathToFileURL(path).href)) as Runtime);
    } catch {
      continue;
    }
  }
  const message = `${peerPackage}, which speed is compared with, is not installed`;
  return failure(fault(toolMissing, message, { hint: `npm install ${peerPackage}` }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}
