import { failure, success, suggest, type Diagnostic, type Result } from '../base/index.js';
import { formatWidth, scalePolicies, type ScalePolicy } from '../format/index.js';
import { blockOptions, wantsBlocks } from './blocks.js';
import type { BitBudget } from './budget.js';
import type { Calibration } from './clipping.js';
import type { DotEngine } from './engine.js';
import { fitOptions } from './fit.js';
import { planFault, unknownLayer, unknownPlan } from './problems.js';
import { int8, type OptionsOf, type QuantiseOptions } from './quantise-options.js';

/** What a plan says of a layer; what it leaves out follows from the datapath's ports and from `int8`. */
export interface LayerWish extends Partial<Omit<QuantiseOptions, 'ports' | 'statedMultiplierBits'>> {
  /** how block scales follow from their blocks */
  readonly policy?: ScalePolicy;
  /** stays in float */
  readonly float?: boolean;
}

/** How the layers of a network are to be quantised: all of them, and single ones by name. */
export interface QuantPlan {
  readonly all: LayerWish;
  readonly layers: Readonly<Record<string, LayerWish>>;
  /** bits of all weights, which widths are searched for; those of the plan are the widest */
  readonly budget?: BitBudget;
}

/** Codes as wide as the datapath's ports; in a network that states codes, no others. */
export const plainPlan: QuantPlan = { all: { unstated: 'float' }, layers: {} };

/**
 * A plan by a short name: `int8`, or `w4a8` for the bits of weights and activations, and behind it any of `-tensor`,
 * `-asymmetric`, `-mse`, `-entropy`, `-p99.9` (percentile), a policy of block scales as `-ceil`, or `-mean4.5`, the mean bits of
 * weights for which widths of the layers are searched.
 */
export function planByName(name: string): Result<QuantPlan> {
  const [first = '', ...rest] = name.split('-');
  const bits = /^int(\d+)$/.exec(first) ?? /^w(\d+)a(\d+)$/.exec(first);
  const means = rest.flatMap((text) => /^mean(\d+(?:\.\d+)?)$/.exec(text)?.[1] ?? []).map(Number);
  const wishes = rest.filter((text) => !text.startsWith('mean')).map(suffix);
  const unread = rest.length - means.length - wishes.length;
  if (!(bits || first === 'ports') || wishes.includes(undefined) || unread > 0 || means.length > 1)
    return failure(unknownPlan(name));
  const widths = bits ? { weightBits: Number(bits[1]), activationBits: Number(bits[2] ?? bits[1]) } : {};
  const budget = means[0] === undefined ? {} : { budget: { meanWeightBits: means[0] } };
  return success({ all: Object.assign({ ...widths }, ...wishes) as LayerWish, layers: {}, ...budget });
}

function suffix(text: string): LayerWish | undefined {
  if (text === 'tensor') return { weightScales: 'tensor' };
  if (text === 'asymmetric') return { activations: 'asymmetric' };
  if (text === 'mse' || text === 'entropy') return { calibration: { method: text } };
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(text);
  if (percent) return { calibration: { method: 'percentile', percent: Number(percent[1]) } };
  return isPolicy(text) ? { policy: text } : undefined;
}

function isPolicy(text: unknown): text is ScalePolicy {
  return scalePolicies.includes(text as ScalePolicy);
}

/** Reads a plan from JSON: `{"all": {…}, "layers": {"conv1": {…}}}`. All that is wrong is said at once. */
export function readPlan(json: unknown, file: string): Result<QuantPlan> {
  const found: Diagnostic[] = [];
  const refuse = (where: string, why: string): void => void found.push(planFault(file, where, why));
  if (!isObject(json))
    return failure(planFault(file, 'the plan', 'must be an object with `all` and `layers`'));
  const known = ['schema', 'all', 'layers', 'budget'];
  for (const key of Object.keys(json))
    if (!known.includes(key)) refuse(`\`${key}\``, `is not known; ${suggest(key, known)}`);
  const all = readWish(json['all'] ?? {}, '`all`', refuse);
  const layers = json['layers'] ?? {};
  if (!isObject(layers)) refuse('`layers`', 'must be an object of layers by their names');
  const own = isObject(layers)
    ? Object.entries(layers).map(
        ([name, wish]) => [name, readWish(wish, `layer \`${name}\``, refuse)] as const,
      )
    : [];
  const budget = json['budget'];
  if (budget !== undefined && !isBudget(budget))
    refuse(
      '`budget`',
      'must be {"meanWeightBits": …}, {"weightBits": …} or {"weightAreaUm2": …, "memory": "sg13g2"}, with a number above 0',
    );
  if (found.length > 0) return failure(...found);
  return success({ all, layers: Object.fromEntries(own), ...(isBudget(budget) && { budget }) });
}

function isBudget(json: unknown): json is BitBudget {
  if (!isObject(json)) return false;
  if ('weightAreaUm2' in json) return isAreaBudget(json);
  const [[key, value] = [], ...more] = Object.entries(json);
  const isKnown = key === 'meanWeightBits' || key === 'weightBits';
  return isKnown && more.length === 0 && typeof value === 'number' && value > 0;
}

function isAreaBudget({ weightAreaUm2, memory, ...rest }: Record<string, unknown>): boolean {
  const isArea = typeof weightAreaUm2 === 'number' && weightAreaUm2 > 0;
  return isArea && typeof memory === 'string' && Object.keys(rest).length === 0;
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

type Check = (value: unknown) => string | undefined;

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string) ? undefined : `must be ${values.join(' or ')}`;
const whole: Check = (value) => (Number.isInteger(value) ? undefined : 'must be a whole number');

const fields: Readonly<Record<keyof LayerWish, Check>> = {
  weightBits: whole,
  activationBits: whole,
  weightScales: oneOf('channel', 'tensor'),
  activations: oneOf('symmetric', 'asymmetric', 'unsigned'),
  multiplierBits: whole,
  calibration: calibrationFault,
  policy: oneOf(...scalePolicies),
  unstated: oneOf('calibrated', 'float'),
  float: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
};

function calibrationFault(value: unknown): string | undefined {
  const methods = ['max', 'percentile', 'mse', 'entropy'];
  if (!isObject(value) || !methods.includes(value['method'] as string))
    return `must be {"method": …} with ${methods.join(', ')}`;
  const { method, percent } = value as unknown as Calibration & { readonly percent?: unknown };
  return method !== 'percentile' || typeof percent === 'number' ? undefined : 'needs a `percent`';
}

function readWish(json: unknown, where: string, refuse: (where: string, why: string) => void): LayerWish {
  if (!isObject(json)) {
    refuse(where, 'must be an object of options');
    return {};
  }
  for (const [key, value] of Object.entries(json)) {
    const check = Object.hasOwn(fields, key) ? fields[key as keyof LayerWish] : undefined;
    const why = check ? check(value) : `is not known; ${suggest(key, Object.keys(fields))}`;
    if (why !== undefined) refuse(`\`${key}\` of ${where}`, why);
  }
  return json;
}

/** The options of each layer by a plan and the datapath that it runs on; names of layers that are not there are faults. */
export function planOptions(
  plan: QuantPlan,
  layers: readonly { readonly name: string; readonly kind: string }[],
  engineOf: (layer: { readonly name: string; readonly kind: string }) => DotEngine,
): Result<OptionsOf> {
  const names = layers.map(({ name }) => name);
  const found = Object.keys(plan.layers).flatMap((name) =>
    names.includes(name) ? [] : [unknownLayer(name, names)],
  );
  const options = new Map<string, ReturnType<OptionsOf>>();
  for (const layer of layers) {
    const wish = { ...plan.all, ...plan.layers[layer.name] };
    const engine = engineOf(layer);
    if (wish.float) continue;
    if (wantsBlocks(engine)) {
      options.set(layer.name, blockOptions(engine, wish.policy));
      continue;
    }
    const { policy: _, float: __, ...rest } = wish;
    const fits = fitOptions(engine, {
      ...int8,
      ...portBits(engine),
      ...rest,
      ...statedOptions(engine, rest),
    });
    if (fits.ok) options.set(layer.name, fits.value);
    else found.push(...fits.diagnostics);
  }
  const faults = [...new Map(found.map((one) => [one.message, one])).values()];
  return faults.length > 0 ? failure(...faults) : success(({ name }) => options.get(name));
}

/** What layers need to know that keep codes of the network's own. */
function statedOptions(
  { activations, weights }: DotEngine,
  { multiplierBits }: LayerWish,
): Partial<QuantiseOptions> {
  const ports = { activations: activations.element, weights: weights.element };
  return { ports, ...(multiplierBits !== undefined && { statedMultiplierBits: multiplierBits }) };
}

/** Codes as wide as the ports of a datapath. */
function portBits({ activations, weights }: DotEngine): Partial<QuantiseOptions> {
  return {
    weightBits: Math.min(16, formatWidth(weights.element)),
    activationBits: Math.min(16, formatWidth(activations.element)),
  };
}
