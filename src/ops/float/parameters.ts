import type { Diagnostic } from '../../base/index.js';
import type { Arguments, Parameter, Type } from '../../builder/index.js';
import {
  bits,
  codeRoundings,
  floats,
  sameFormat,
  uint,
  type CodeRounding,
  type Conversion,
  type Float,
  type Format,
} from '../../format/index.js';
import type { OperatorPort } from '../operator.js';
import { nanHasNoPlace } from './problems.js';
import type { RoundRules } from './round.js';

/** A parameter that is a floating-point format, fp32 by default. */
export function floatParameter(name: string, about: string): Parameter {
  return { kind: 'format', of: 'float', name, about, default: floats['fp32']! };
}

/** The parameters that say how a floating-point result is rounded and what is told of it. */
export const roundingParameters: readonly Parameter[] = [
  {
    kind: 'choice',
    name: 'rounding',
    about: 'how the exact result is rounded; stochastic adds a port `random` of 32 bits',
    options: codeRoundings,
    default: 'nearest_even',
  },
  {
    kind: 'choice',
    name: 'overflow',
    about: 'beyond the ends: as IEEE 754 and OCP say, or the last number there (infinities too)',
    options: ['ieee', 'saturate'],
    default: 'ieee',
  },
  {
    kind: 'choice',
    name: 'nan',
    about: 'what stands for NaN in a format without it',
    options: ['refuse', 'zero', 'greatest'],
    default: 'refuse',
  },
  {
    kind: 'flag',
    name: 'flags',
    about: 'a second output with the exceptions: invalid, divide by zero, overflow, underflow, inexact',
    default: false,
  },
];

/** The floating-point format in argument `name`; the rules guarantee that it is one. */
export function floatOf(p: Arguments, name: string): Float {
  const format = p[name] as Format;
  if (format.kind !== 'float') throw new Error(`${name} is no floating-point format`);
  return format;
}

/** `{[name]: format}` if the type is a single floating-point number, else nothing. */
export function floatFormat(name: string, type: Type | undefined): Arguments {
  return type?.kind === 'float' ? { [name]: type } : {};
}

/** `{to: format}` if all types are the same single floating-point format, else nothing. */
export function commonFormat(types: readonly (Type | undefined)[]): Arguments {
  const [first] = types;
  const same = types.every(
    (type) => type?.kind === 'float' && first?.kind === 'float' && sameFormat(type, first),
  );
  return same ? floatFormat('to', first) : {};
}

/** The parameters `rounding`, `overflow` and `nan` together. */
export function rulesOf(p: Arguments): RoundRules {
  const nan = p['nan'] as Conversion['nan'] | 'refuse';
  return {
    rounding: p['rounding'] as CodeRounding,
    overflow: p['overflow'] as RoundRules['overflow'],
    ...(nan !== 'refuse' && nan !== undefined && { nan }),
  };
}

/** The fault of a NaN in a format that has none, where one can be. */
export function nanFaults(operator: string, p: Arguments, canBeNan: boolean): Diagnostic[] {
  const to = floatOf(p, 'to');
  const lost = to.specials === 'finite' && p['nan'] === 'refuse' && canBeNan;
  return lost ? [nanHasNoPlace(operator, to)] : [];
}

export function hasNan({ specials }: Float): boolean {
  return specials !== 'finite';
}

export function hasInfinity({ specials }: Float): boolean {
  return specials === 'ieee';
}

/** The port of random bits, where rounding takes them. */
export function randomPorts(p: Arguments): OperatorPort[] {
  return p['rounding'] === 'stochastic' ? [{ name: 'random', type: uint(32) }] : [];
}

/** The result, and the flags where they are asked for. */
export function resultPorts(p: Arguments): OperatorPort[] {
  const flags: OperatorPort[] = p['flags'] === true ? [{ name: 'flags', type: bits(5) }] : [];
  return [{ name: 'y', type: p['to'] as Format }, ...flags];
}
