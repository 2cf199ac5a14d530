import {
  add,
  convert,
  drive,
  finishDatapath,
  hiddenRegister,
  inputPort,
  literal,
  outputPort,
  roundTo,
  saturate,
  select,
  startDatapath,
  vec,
  wrap,
  type Type,
  type Value,
} from '../../builder/index.js';
import { bool, type Fixed } from '../../format/index.js';
import type { Design } from '../../ir/index.js';
import { dot } from '../dot/index.js';
import { dotType } from '../dot/reference.js';
import { apply, only } from '../operator.js';
import { relu } from '../relu/index.js';
import { biasType, sumType, type DenseShape } from './shape.js';

/** A module with the types of its ports, to be instantiated. */
export interface Element {
  readonly design: Design;
  readonly inputs: readonly Type[];
  readonly outputs: readonly Type[];
}

/**
 * One processing element: `dot` of `lanes` features and weights, added up over the chunks of a row, then the bias, rounding,
 * the rectifier and saturation. A result stands at `y` two cycles behind the last chunk.
 */
export function denseElement(shape: DenseShape): Element {
  const { lanes, x, w, y, inputs, biases, rectify } = shape;
  const part = dotType(x, w, Math.min(lanes, inputs));
  const sum = sumType(shape);
  const ports: (readonly [string, Type])[] = [
    ['x', vec(x, lanes)],
    ['w', vec(w, lanes)],
    ['first', bool],
    ...(biases.length > 0 ? [['bias', biasType(shape)] as const] : []),
  ];
  const unit = startDatapath(nameOf(shape));
  const [a, b, first, bias] = ports.map(([name, type]) => inputPort(unit, name, type));
  const product = hiddenRegister(unit, 'part', part, 'none');
  const starts = hiddenRegister(unit, 'starts', bool, 'none');
  const total = hiddenRegister(unit, 'total', sum, 'none');
  drive(unit, product, wrap(unit, only(apply(unit, dot, [a!, b!])), part));
  drive(unit, starts, first!);
  const before = select(unit, starts.value, convert(unit, literal(unit, 0n), sum, 'zero'), total.value);
  drive(unit, total, wrap(unit, add(unit, before, product.value), sum));
  const biased = bias ? add(unit, total.value, bias) : total.value;
  const rounded = roundTo(unit, biased, roundedType(biased, y), 'nearest_even');
  const kept = rectify ? only(apply(unit, relu, [rounded])) : rounded;
  outputPort(unit, 'y', saturate(unit, kept, y), y);
  const about = `Inner products of ${inputs} features, ${lanes} a cycle, rounded${rectify ? ' and rectified' : ''}.`;
  const design = finishDatapath(unit, about);
  if (!design) throw new Error(unit.diagnostics.map(({ message }) => message).join('; '));
  return { design, inputs: ports.map(([, type]) => type), outputs: [y] };
}

/** A format that holds whatever the sum is rounded to. */
function roundedType(sum: Value, { fraction }: Fixed): Fixed {
  const type = sum.kind === 'scalar' ? sum.type : undefined;
  if (type?.kind !== 'fixed') throw new Error('a sum is a number');
  return { ...type, width: Math.max(2, type.width - (type.fraction - fraction) + 1), fraction };
}

/** Tells all that makes the module what it is. */
function nameOf(shape: DenseShape): string {
  const { inputs, lanes, x, w, y, biases, rectify } = shape;
  const formats = [x, w, y].map(
    ({ signed, width, fraction }) => `${signed ? 's' : 'u'}${width}${fraction === 0 ? '' : `f${fraction}`}`,
  );
  const bias = biases.length > 0 ? [`b${biasType(shape).width}`] : [];
  return ['dense', `${inputs}x${lanes}`, ...formats, ...bias, ...(rectify ? ['relu'] : [])].join('_');
}
