import { fault, suggest, type Diagnostic, type Place } from '../base/index.js';

/** The faults a designer can make while values are combined, and how they are told. */

export function mismatch(what: string, due: string, found: string): Diagnostic {
  return fault('type-mismatch', `${what} must be ${due}, but is ${found}`);
}

export function differ(what: string, a: string, b: string): Diagnostic {
  return fault('type-mismatch', `${what} must have one type, but have ${a} and ${b}`);
}

export function losesBits(what: string, from: string, to: string): Diagnostic {
  return fault('loses-bits', `${what} is ${from}, which does not fit ${to}`, {
    hint: 'losing bits is always written: round(x, …), truncate(x, …), saturate(x, to: …) or wrap(x, to: …)',
  });
}

export function losesFraction(what: string, from: string, to: string): Diagnostic {
  return fault('loses-bits', `${what} cannot drop fraction bits: ${from} to ${to}`, {
    hint: 'round(x, to: …) or truncate(x, to: …) first',
  });
}

export function outOfRange(what: string, value: number | bigint, least: number, most: number): Diagnostic {
  return fault('out-of-range', `${what} is ${value}, but must be from ${least} to ${most}`);
}

export function notAnInteger(what: string, value: unknown): Diagnostic {
  return fault('out-of-range', `${what} must be an integer, but is ${String(value)}`);
}

export function unknownName(what: string, name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `there is no ${what} \`${name}\``, { hint: suggest(name, known) });
}

export function givenTwice(what: string, name: string): Diagnostic {
  return fault('defined-twice', `${what} \`${name}\` is defined twice`);
}

export function neverDriven(name: string): Diagnostic {
  return fault('undriven', `register \`${name}\` is never given a next value`);
}

export function noOutputs(name: string): Diagnostic {
  return fault('no-output', `datapath \`${name}\` has no output`, { hint: 'add `out NAME = …`' });
}

export function reservedName(name: string): Diagnostic {
  return fault('reserved-name', `\`${name}\` cannot be a port: the tool makes a port of that name`, {
    hint: 'use another name',
  });
}

export function floatCompared(op: string): Diagnostic {
  return fault('type-mismatch', `${op} does not compare floating-point numbers`, {
    hint: 'for equal codes, compare reinterpret(x, to: bits(…)) of both',
  });
}

export function unsettledClock(name: string, place: Place | undefined): Diagnostic {
  return fault('pipeline', `the stages of \`${name}\` are to be found for a clock, which is not done here`, {
    place,
    hint: 'build it with buildForClocks, or give their number, as pipeline(stages: 3)',
  });
}
