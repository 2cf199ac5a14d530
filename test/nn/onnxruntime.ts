import { createRequire } from 'node:module';
import {
  elements,
  evaluate,
  prepare,
  readOnnx,
  writeOnnx,
  type Network,
  type Tensor,
  type Values,
} from '../../src/nn/index.js';
import { need } from './networks.js';

/** The part of ONNX Runtime that is used. */
interface Runtime {
  readonly env: { wasm: { numThreads?: number }; logLevel?: string };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options?: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
      release(): Promise<void>;
    }>;
  };
}

interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

const name = 'onnxruntime-web';

/** Whether a package that only tests need is there. */
export function installed(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

export const runtimeInstalled = installed(name);

let loaded: Promise<Runtime> | undefined;

function runtime(): Promise<Runtime> {
  return (loaded ??= import(name).then((module: Runtime) => {
    module.env.wasm.numThreads = 1;
    return module;
  }));
}

/** The outputs of a model by ONNX Runtime. */
export async function byRuntime(
  bytes: Uint8Array,
  inputs: ReadonlyMap<string, Tensor>,
): Promise<Record<string, RuntimeTensor>> {
  const { InferenceSession, Tensor: Made } = await runtime();
  // Its own rewriting of graphs would change what is compared with, and warns about what tests do on purpose.
  const options = { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 };
  const session = await InferenceSession.create(bytes, options);
  const feeds = [...inputs].map(([key, { type, dims, data }]) => [key, new Made(type, data, dims)] as const);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return outputs;
}

/** What our run and ONNX Runtime's differ by; undefined if they agree. */
export async function difference(
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
): Promise<string | undefined> {
  const bytes = await writeOnnx(network);
  const wanted = await byRuntime(bytes, inputs);
  const read = need(await readOnnx(bytes, 'small.onnx'));
  return compare(need(evaluate(need(prepare(read)), inputs)), wanted);
}

/** Real numbers may differ by 1e-4 of themselves and 1e-6 of the greatest; others not at all. */
export function compare(got: Values, wanted: Record<string, RuntimeTensor>): string | undefined {
  for (const [key, { type, dims, data }] of Object.entries(wanted)) {
    const mine = got.get(key);
    if (!mine) return `no value ${key}`;
    const [ours, theirs] = [`${mine.type} [${mine.dims.join()}]`, `${type} [${dims.join()}]`];
    if (ours !== theirs || elements(dims) !== mine.data.length) return `${key} is ${ours}, not ${theirs}`;
    const expected = Array.from(data as ArrayLike<number>, Number);
    const finite = expected.filter(Number.isFinite).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    for (let i = 0; i < expected.length; i++) {
      const [a, b] = [Number(mine.data[i]), expected[i]!];
      const allowed = type === 'float32' ? 1e-4 * Math.abs(b) + 1e-6 * finite : 0;
      if (Object.is(a, b) || a === b || Math.abs(a - b) <= allowed) continue;
      return `${key}[${i}] of [${dims.join()}] is ${a}, not ${b}`;
    }
  }
  return undefined;
}

/** The greatest distance of a real value from ONNX Runtime's, in parts of its length, and which value that is. */
export function distance(
  got: Values,
  wanted: Record<string, RuntimeTensor>,
): { readonly value: string; readonly relative: number } {
  let worst = { value: '', relative: 0 };
  for (const [value, { type, dims, data }] of Object.entries(wanted)) {
    const mine = got.get(value);
    if (mine?.type !== type || mine.dims.join() !== dims.join()) return { value, relative: Infinity };
    let [error, length] = [0, 0];
    for (let i = 0; i < data.length; i++) {
      error += (Number(mine.data[i]) - Number(data[i])) ** 2;
      length += Number(data[i]) ** 2;
    }
    const relative = error === 0 ? 0 : Math.sqrt(error / length);
    // Written so that NaN is the worst.
    if (!(relative <= worst.relative)) worst = { value, relative };
  }
  return worst;
}
