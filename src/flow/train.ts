import { failure, success, type Result } from '../base/index.js';
import {
  damagedCheckpoint,
  otherRecipe,
  parseRecipe,
  plan,
  startState,
  train,
  untrained,
  writeOnnx,
  type Epoch,
  type FitState,
  type Plan,
  type Recipe,
  type Trained,
  type TrainOptions,
} from '../nn/index.js';
import type { ModelFile } from './infer.js';

export type { Epoch, FitState, Plan, Recipe, Trained, TrainOptions };
export { parseRecipe, plan as planTraining, train as runTraining };

/** The network that a recipe describes, untrained, as a file of that name would hold it. */
export async function describedModel(name: string, value: unknown): Promise<Result<ModelFile>> {
  const recipe = parseRecipe(value);
  if (!recipe.ok) return recipe;
  const network = untrained(recipe.value);
  if (!network.ok) return network;
  const { normalisation = 'unit' } = recipe.value;
  return success({ name, bytes: await writeOnnx(network.value), normalisation });
}

interface Head {
  readonly schema: 1;
  readonly recipe: unknown;
  readonly epochs: readonly Epoch[];
  readonly errors: boolean;
}

/**
 * A state between epochs as bytes: a line of JSON (recipe and epochs), then as little-endian float32 the weights and
 * what the optimiser remembers.
 */
export function writeCheckpoint(recipe: Recipe, { weights, memory, epochs, errors }: FitState): Uint8Array {
  const head: Head = { schema: 1, recipe, epochs, errors };
  const lists = [weights, ...memory];
  const bytes = lists.map((list) => Buffer.from(list.buffer, list.byteOffset, list.byteLength));
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...bytes]);
}

/** The state that a checkpoint holds. Faults: damage, and another recipe than that of the plan. */
export function readCheckpoint({ recipe, start }: Plan, bytes: Uint8Array): Result<FitState> {
  const end = bytes.indexOf(10);
  const head = headOf(Buffer.from(bytes.subarray(0, Math.max(0, end))).toString('utf8'));
  if (!head) return failure(damagedCheckpoint('it does not begin with a line of JSON'));
  if (JSON.stringify(head.recipe) !== JSON.stringify(recipe)) return failure(otherRecipe(recipe.name));
  const size = 4 * start.weights.length;
  const lists = 1 + start.memory.length;
  // A copy of its own, as floats must begin at a multiple of four bytes.
  const body = Uint8Array.from(bytes.subarray(end + 1));
  if (body.length !== size * lists) {
    return failure(damagedCheckpoint(`it has ${body.length} bytes of weights, not ${size * lists}`));
  }
  const floats = (i: number): Float32Array => new Float32Array(body.buffer, i * size, size / 4);
  const memory = start.memory.map((_, i) => floats(i + 1));
  const begun = startState(floats(0), recipe.optimiser);
  return success({ ...begun, memory, epochs: head.epochs, errors: head.errors });
}

function headOf(text: string): Head | undefined {
  try {
    const head = JSON.parse(text) as Partial<Head> | null;
    return head?.schema === 1 && Array.isArray(head.epochs) ? (head as Head) : undefined;
  } catch {
    return undefined;
  }
}

/** What stands beside a trained network: how it was made, and how good it is. */
export function trainingRecord(recipe: Recipe, { measured, state }: Trained) {
  return {
    schema: 1,
    file: `${recipe.name}.onnx`,
    recipe,
    parameters: state.weights.length,
    epochs: state.epochs,
    measured,
  };
}
