import { failure, success, type Result } from '../base/index.js';
import { numberFormatOf, type NumberFormat } from '../format/index.js';
import { resetName, topOf, type Design, type Port } from '../ir/index.js';
import { notADotDatapath } from './problems.js';

/** Which ports of a datapath play which part in an inner product. */
export interface DotPorts {
  readonly activations: Port;
  readonly weights: Port;
  /** Scales of blocks of elements; both operands have them or neither. */
  readonly activationScales: Port | undefined;
  readonly weightScales: Port | undefined;
  /** True in the first beat of an inner product. */
  readonly first: Port;
  /** True in beats that count; not every datapath has it. */
  readonly valid: Port | undefined;
  /** The sum of the beats before, in every cycle. */
  readonly sum: Port;
}

const roleNames = {
  activations: ['a', 'x'],
  weights: ['b', 'w'],
  activationScales: ['a_scale', 'as', 'x_scale', 'xs'],
  weightScales: ['b_scale', 'ws', 'w_scale', 'bs'],
  first: ['first'],
  valid: ['valid'],
} as const;

/**
 * Finds the parts by the ports' names and shapes, as docs/networks.md states them. Other inputs are not allowed, as
 * nobody would drive them. All that is wrong is said at once.
 */
export function dotPorts(design: Design): Result<DotPorts> {
  const top = topOf(design);
  const named = (names: readonly string[]): Port | undefined =>
    top.inputs.find((port) => names.includes(port.name));
  const [activations, weights, first] = [roleNames.activations, roleNames.weights, roleNames.first].map(
    named,
  );
  const [activationScales, weightScales] = [named(roleNames.activationScales), named(roleNames.weightScales)];
  const valid = named(roleNames.valid);
  const [sum, ...others] = top.outputs;
  const known = [activations, weights, activationScales, weightScales, first, valid];
  const wrong = [
    ...operandFaults(activations, weights),
    ...scaleFaults(activations, activationScales, weightScales),
    ...(first?.width === 1 ? [] : ['it needs an input first: bool']),
    ...(valid && valid.width !== 1 ? ['its input valid must be a bool'] : []),
    ...top.inputs
      .filter((port) => port.name !== resetName && !known.includes(port))
      .map(({ name }) => `nobody drives its input ${name}`),
    ...(sum && others.length === 0 && isSum(sum)
      ? []
      : ['it needs one output, the sum: an int of at most 53 bits, or floating point of at most 32']),
  ];
  if (wrong.length > 0) return failure(...wrong.map((why) => notADotDatapath(top.name, why)));
  return success({
    activations: activations!,
    weights: weights!,
    activationScales,
    weightScales,
    first: first!,
    valid,
    sum: sum!,
  });
}

function operandFaults(a: Port | undefined, w: Port | undefined): string[] {
  const sound = a && w && a.lanes === w.lanes && [a, w].every((port) => isElement(portFormat(port)));
  return sound ? [] : ['it needs inputs a and b, vectors of one length of numbers of at most 16 bits'];
}

function scaleFaults(a: Port | undefined, as: Port | undefined, ws: Port | undefined): string[] {
  if (!as && !ws) return [];
  const sound = as && ws && as.lanes === ws.lanes && [as, ws].every((port) => isElement(portFormat(port)));
  if (!sound) return ['it needs scales of both operands, as many of each, of at most 16 bits'];
  return a && a.lanes % as.lanes === 0 ? [] : ['its lanes must be a multiple of its scales'];
}

function isElement(format: NumberFormat | undefined): boolean {
  if (!format) return false;
  return format.kind === 'float' ? format.exponent + format.mantissa <= 15 : format.width <= 16;
}

function isSum({ lanes, width, signed, format }: Port): boolean {
  const read = numberFormatOf(format);
  if (lanes !== 1 || !read.ok) return false;
  return read.value.kind === 'float' ? width <= 32 : signed && width <= 53;
}

/** The format of a port's elements; undefined where they are no numbers. */
export function portFormat(port: Port): NumberFormat | undefined {
  const read = numberFormatOf(port.format);
  return read.ok ? read.value : undefined;
}
