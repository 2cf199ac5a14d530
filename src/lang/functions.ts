import { bitLength, clog2, signedWidth } from '../base/index.js';
import { sum, typeWidth, type Value } from '../builder/index.js';
import { argumentsOf, type Given } from './argument.js';
import { build } from './build.js';
import { integer, integerIn, integerItem } from './constant.js';
import { conversions } from './conversion.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing, lift, nothing, type Item } from './item.js';
import { limits } from './limits.js';
import { missingArgument, wrongUse } from './problems.js';
import { refuseItem, type Scope } from './scope.js';
import type { CallSyntax, Expression } from './syntax.js';
import { fixedType, floatType, scaledType, wordType } from './type.js';

/** A function of the language itself. */
export interface LanguageFunction {
  /** Names of its values; undefined for any number from one on. */
  readonly values: readonly string[] | undefined;
  readonly named: readonly string[];
  evaluate(scope: Scope, given: Given, call: CallSyntax): Item;
}

/** A function of one value. */
function unary(name: string, evaluateOne: (scope: Scope, x: Expression) => Item): LanguageFunction {
  return { values: [name], named: [], evaluate: (scope, { values }) => evaluateOne(scope, values[0]!) };
}

function ofWidth(name: 'int' | 'uint' | 'bits'): LanguageFunction {
  return unary('width', (scope, width) => wordType(scope, name, width));
}

function ofPoint(name: 'fixed' | 'ufixed'): LanguageFunction {
  return {
    values: ['integer bits', 'fraction bits'],
    named: [],
    evaluate: (scope, { values }, call) => fixedType(scope, name, values[0]!, values[1]!, call.at),
  };
}

function extreme(pick: (a: bigint, b: bigint) => bigint): LanguageFunction {
  return {
    values: undefined,
    named: [],
    evaluate: (scope, { values }, call) => {
      if (values.length === 0)
        return refuseItem(scope, call.at, missingArgument(call.callee.text, 'a number'));
      const what = `what \`${call.callee.text}\` is given`;
      const numbers = values.map((value) => integer(scope, evaluate(scope, value), value.at, what));
      if (numbers.some((number) => number === undefined)) return nothing;
      return { kind: 'integer', value: (numbers as bigint[]).reduce(pick) };
    },
  };
}

/** Every function of the language, by name. */
const functions: Readonly<Record<string, LanguageFunction>> = {
  int: ofWidth('int'),
  uint: ofWidth('uint'),
  bits: ofWidth('bits'),
  fixed: ofPoint('fixed'),
  ufixed: ofPoint('ufixed'),
  fp: {
    values: undefined,
    named: [],
    evaluate: (scope, { values }, call) => floatType(scope, values, call.at),
  },
  mx: {
    values: ['element format', 'block length'],
    named: [],
    evaluate: (scope, { values }, call) => scaledType(scope, call.at, values[0]!, values[1]!, undefined),
  },
  vsq: {
    values: ['element format', 'vector length', 'scale format'],
    named: [],
    evaluate: (scope, { values }, call) => scaledType(scope, call.at, values[0]!, values[1]!, values[2]!),
  },
  width: unary('x', widthOf),
  length: unary('v', lengthOf),
  clog2: unary('n', logarithmOf),
  pow2: unary('n', powerOf),
  min: extreme((a, b) => (a < b ? a : b)),
  max: extreme((a, b) => (a > b ? a : b)),
  sum: unary('v', sumOf),
  ...conversions,
};

export const functionNames: readonly string[] = Object.keys(functions);

/** The function's value for a call; undefined if there is no function of that name. */
export function callFunction(scope: Scope, call: CallSyntax): Item | undefined {
  const name = call.callee.text;
  if (!Object.hasOwn(functions, name)) return undefined;
  const called = functions[name]!;
  const given = argumentsOf(scope, call.callee, call.args, called.values, called.named);
  return given ? called.evaluate(scope, given, call) : nothing;
}

/** The bits of a value, of all elements together for a vector; of a type, or of the literal of an integer. */
function widthOf(scope: Scope, x: Expression): Item {
  const item = evaluate(scope, x);
  if (isNothing(item)) return nothing;
  if (item.kind === 'integer') return counted(literalWidth(item.value));
  if (item.kind === 'type') return counted(typeWidth(item.type));
  const value = lift(scope, item, x.at);
  return value.kind === 'poison' ? nothing : counted(typeWidth(value.type));
}

function literalWidth(value: bigint): number {
  return value < 0n ? signedWidth(value) : Math.max(1, bitLength(value));
}

function lengthOf(scope: Scope, v: Expression): Item {
  const item = evaluate(scope, v);
  if (isNothing(item)) return nothing;
  if (item.kind === 'list') return counted(item.elements.length);
  const type = item.kind === 'type' ? item.type : item.kind === 'word' ? typeOf(item.value) : undefined;
  if (type?.kind === 'vector') return counted(type.length);
  return refuseItem(scope, v.at, wrongUse('what has a length', 'a vector', describeItem(item)));
}

function typeOf(value: Value) {
  return value.kind === 'poison' ? undefined : value.type;
}

function counted(count: number): Item {
  return { kind: 'integer', value: BigInt(count) };
}

function logarithmOf(scope: Scope, n: Expression): Item {
  const most = Number.MAX_SAFE_INTEGER;
  const number = integerIn(scope, evaluate(scope, n), n.at, 'what `clog2` is given', 1, most);
  return number === undefined ? nothing : counted(clog2(number));
}

function powerOf(scope: Scope, n: Expression): Item {
  const most = limits.integerBits - 1;
  const exponent = integerIn(scope, evaluate(scope, n), n.at, 'what `pow2` is given', 0, most);
  return exponent === undefined ? nothing : { kind: 'integer', value: 1n << BigInt(exponent) };
}

/** The exact sum of a vector's elements. */
function sumOf(scope: Scope, v: Expression): Item {
  const item = evaluate(scope, v);
  if (isNothing(item)) return nothing;
  if (item.kind === 'list' && item.elements.every((element) => element.kind === 'integer'))
    return integerItem(
      scope,
      v.at,
      item.elements.reduce((total, element) => total + element.value, 0n),
    );
  const value = lift(scope, item, v.at);
  if (value.kind === 'scalar')
    return refuseItem(scope, v.at, wrongUse('what is summed', 'a vector', describeItem(item)));
  return value.kind === 'poison' ? nothing : build(scope, v.at, (datapath) => sum(datapath, value.elements));
}
