import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import type { Inputs } from '../cost/index.js';
import type { Built, PortFile } from '../flow/index.js';
import { readModel } from './data.js';
import { readBytes, readJson } from './files.js';

/** What the inputs are to be while transitions are counted. */
export interface ActivityOptions {
  /** `random`, `random:CHANCE` of each bit to change, a file of words as `sim --in` takes, or PORT=FILE.npy for each port. */
  readonly activity?: readonly string[];
  /** Instead of it: a network whose inner products these are, of one layer or of all. */
  readonly model?: string;
  readonly layer?: string;
  readonly data: string;
  readonly seed: number;
}

const random = /^random(?::(.*))?$/;
const array = /^([A-Za-z_]\w*)=(.+)$/;

/** The files that the words stand in; none where they are random. */
export function activityFiles({ activity = [] }: ActivityOptions): string[] {
  const given = activity.filter((one) => !random.test(one));
  return given.map((one) => array.exec(one)?.[2] ?? one);
}

/** Reads what is asked for; several faults at once. */
export async function readActivity(built: Built, options: ActivityOptions): Promise<Result<Inputs>> {
  const wrong = contradictions(options);
  if (wrong.length > 0) return failure(...wrong);
  const { activity = ['random'], model } = options;
  if (model !== undefined) return ofLayer(built, model, options);
  const first = activity[0]!;
  const isRandom = random.exec(first);
  if (isRandom) return randomInputs(first, isRandom[1], options.seed);
  if (array.test(first)) return ofArrays(built, activity);
  const json = await readJson(first);
  if (!json.ok) return json;
  const { activityInputs } = await import('../flow/index.js');
  return activityInputs(built, json.value, first);
}

function contradictions({ activity = [], model, layer }: ActivityOptions): Diagnostic[] {
  const found: Diagnostic[] = [];
  const several = activity.length > 1 && !activity.every((one) => array.test(one));
  if (several)
    found.push(
      fault('bad-activity', `${activity.length} activities are given, not all of them arrays of ports`, {
        hint: 'give one, or PORT=FILE.npy for each port',
      }),
    );
  if (model !== undefined && activity.length > 0)
    found.push(
      fault('bad-activity', 'an activity is given, and a model to take it from', {
        hint: 'leave out --activity or --model',
      }),
    );
  if (layer !== undefined && model === undefined)
    found.push(
      fault('bad-activity', `\`${layer}\` is a layer of no model`, {
        hint: 'say which model, as --model lenet5',
      }),
    );
  return found;
}

async function randomInputs(text: string, chance: string | undefined, seed: number): Promise<Result<Inputs>> {
  const density = chance === undefined ? 0.5 : Number(chance);
  if (chance === '' || !(density >= 0 && density <= 1))
    return failure(
      fault('bad-activity', `\`${text}\` is no activity`, {
        hint: 'the chance of a bit to change is from 0 to 1, as in random:0.2',
      }),
    );
  const { defaultInputs } = await import('../cost/index.js');
  return success({ ...defaultInputs, seed, density });
}

async function ofArrays(built: Built, activity: readonly string[]): Promise<Result<Inputs>> {
  const files: PortFile[] = [];
  const wrong: Diagnostic[] = [];
  for (const one of activity) {
    const [, port, file] = array.exec(one) as unknown as [string, string, string];
    const bytes = await readBytes(file);
    if (bytes.ok) files.push({ port, file, bytes: bytes.value });
    else wrong.push(...bytes.diagnostics);
  }
  if (wrong.length > 0) return failure(...wrong);
  const { arrayInputs } = await import('../flow/index.js');
  return arrayInputs(built, files);
}

async function ofLayer(
  built: Built,
  name: string,
  { layer, data, seed }: ActivityOptions,
): Promise<Result<Inputs>> {
  const model = await readModel(name, 'unit');
  if (!model.ok) return model;
  const { layerInputs } = await import('../flow/index.js');
  return layerInputs(built, model.value, { layer, data, seed });
}
