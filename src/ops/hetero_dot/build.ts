import { bitLength, signedWidth } from '../../base/index.js';
import {
  add,
  convert,
  elementsOf,
  hintValue,
  literal,
  negate,
  shiftLeft,
  sub,
  vectorOf,
  wrap,
  type Datapath,
  type Scalar,
  type Value,
} from '../../builder/index.js';
import { int, uint, type Fixed } from '../../format/index.js';
import { signedDigits } from './digits.js';
import { planSums, type SumPlan, type Term } from './share.js';
import {
  activationRange,
  planeType,
  scaledType,
  scaleOf,
  signAt,
  type Activation,
  type HeteroWeights,
} from './weights.js';

/** A word of the circuit, and the least and the greatest number it can be. */
interface Ranged {
  readonly value: Value;
  readonly least: bigint;
  readonly most: bigint;
}

/** The sums of all planes of all outputs: a vector of planes for each output, alone where there is one. */
export function buildPlanes(
  datapath: Datapath,
  activations: Value,
  activation: Activation,
  weights: HeteroWeights,
  share: boolean,
): Value {
  const type = planeType(weights, activation);
  const sums = planeSums(datapath, activations, activation, weights, share);
  const outputs = sums.map((planes, output) => {
    const fitted = planes.map(({ value }, plane) => {
      const name = weights.outputs === 1 ? `plane_${plane}` : `plane_${output}_${plane}`;
      return named(datapath, fit(datapath, value, type), name);
    });
    return vectorOf(type, fitted);
  });
  return outputs.length === 1 ? outputs[0]! : vectorOf(outputs[0]!.type, outputs);
}

/** For every output the sum of its planes times their scale factors; a number alone where there is one output. */
export function buildScaled(
  datapath: Datapath,
  activations: Value,
  activation: Activation,
  weights: HeteroWeights,
  scale: readonly number[],
  share: boolean,
): Value {
  const type = scaledType(weights, activation, scale);
  const sums = planeSums(datapath, activations, activation, weights, share);
  const outputs = sums.map((planes, output) =>
    fit(datapath, weighted(datapath, planes, scaleOf(weights, scale, output)), type),
  );
  return outputs.length === 1 ? outputs[0]! : vectorOf(type, outputs);
}

function planeSums(
  datapath: Datapath,
  activations: Value,
  activation: Activation,
  weights: HeteroWeights,
  share: boolean,
): Ranged[][] {
  const { outputs, planes } = weights;
  const rows = Array.from({ length: outputs * planes }, (_, row) =>
    termsOf(weights, Math.floor(row / planes), row % planes),
  );
  const sums = buildSums(
    datapath,
    inputsOf(activations, activation.format),
    planSums(weights.lanes, rows, share),
    'sum',
  );
  const centred = activation.bipolar
    ? sums.map((sum, row) => asBipolar(datapath, sum, rows[row]!, activation))
    : sums;
  return Array.from({ length: outputs }, (_, output) =>
    centred.slice(output * planes, (output + 1) * planes),
  );
}

function termsOf(weights: HeteroWeights, output: number, plane: number): Term[] {
  return Array.from({ length: weights.lanes }, (_, lane) => lane).flatMap((lane) => {
    const sign = signAt(weights, output, lane, plane);
    return sign === 0 ? [] : [{ word: lane, negative: sign < 0 }];
  });
}

function inputsOf(activations: Value, format: Fixed): Ranged[] {
  const [least, most] = activationRange({ format, bipolar: false });
  return elementsOf(activations).map((value) => ({ value, least, most }));
}

/** Σ ±(2u − m) = 2·Σ ±u − m·Σ ±1 for words u whose greatest is m. */
function asBipolar(
  datapath: Datapath,
  { value, least, most }: Ranged,
  terms: readonly Term[],
  activation: Activation,
): Ranged {
  const [, greatest] = activationRange(activation);
  const offset = greatest * terms.reduce((sum, { negative }) => sum + (negative ? -1n : 1n), 0n);
  return narrowed(datapath, sub(datapath, shiftLeft(datapath, value, 1), literal(datapath, offset)), {
    least: 2n * least - offset,
    most: 2n * most - offset,
  });
}

/** Σ factor · plane, each factor as shifts, added and subtracted. */
function weighted(datapath: Datapath, planes: readonly Ranged[], factors: readonly number[]): Value {
  const words: Ranged[] = [];
  const terms: Term[] = [];
  planes.forEach(({ value, least, most }, plane) => {
    for (const { shift, negative } of signedDigits(BigInt(factors[plane]!))) {
      const by = BigInt(shift);
      words.push({ value: shiftLeft(datapath, value, shift), least: least << by, most: most << by });
      terms.push({ word: words.length - 1, negative });
    }
  });
  return buildSums(datapath, words, planSums(words.length, [terms], false), 'scaled')[0]!.value;
}

/** The sums that a plan makes of the words given. */
function buildSums(
  datapath: Datapath,
  inputs: readonly Ranged[],
  { adders, roots }: SumPlan,
  name: string,
): Ranged[] {
  const words = [...inputs];
  adders.forEach(({ a, b, subtract }, k) => {
    const sum = combine(datapath, words[a]!, words[b]!, subtract);
    words.push({ ...sum, value: named(datapath, sum.value, `${name}_${k}`) });
  });
  return roots.map((root) => {
    if (!root) return { value: literal(datapath, 0n), least: 0n, most: 0n };
    const { value, least, most } = words[root.word]!;
    if (!root.negative) return words[root.word]!;
    return narrowed(datapath, negate(datapath, value), { least: -most, most: -least });
  });
}

function combine(datapath: Datapath, x: Ranged, y: Ranged, subtract: boolean): Ranged {
  if (!subtract)
    return narrowed(datapath, add(datapath, x.value, y.value), {
      least: x.least + y.least,
      most: x.most + y.most,
    });
  return narrowed(datapath, sub(datapath, x.value, y.value), {
    least: x.least - y.most,
    most: x.most - y.least,
  });
}

/** The value in the narrowest format of its range. */
function narrowed(datapath: Datapath, value: Value, range: { least: bigint; most: bigint }): Ranged {
  const { least, most } = range;
  const type =
    least >= 0n ? uint(Math.max(1, bitLength(most))) : int(Math.max(signedWidth(least), signedWidth(most)));
  return { value: wrap(datapath, value, type), ...range };
}

/** The value in `type`, which holds every number it can be. */
function fit(datapath: Datapath, value: Value, type: Fixed): Scalar {
  const wide = (value as Scalar).type as Fixed;
  const fits = wide.signed ? wide.width <= type.width : wide.width < type.width;
  return (fits ? convert(datapath, value, type, 'the sum') : wrap(datapath, value, type)) as Scalar;
}

function named<T extends Value>(datapath: Datapath, value: T, name: string): T {
  hintValue(datapath.draft, value, name);
  return value;
}
