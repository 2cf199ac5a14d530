import * as builder from '../builder/index.js';
import type { Datapath, Value } from '../builder/index.js';
import { roundings, type Fixed, type Rounding } from '../format/index.js';
import { parameterValue, type Given } from './argument.js';
import { build } from './build.js';
import { integer } from './constant.js';
import { evaluate } from './expression.js';
import type { LanguageFunction } from './functions.js';
import { lift, nothing, type Item } from './item.js';
import { eitherArgument, missingArgument, wrongUse } from './problems.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { CallSyntax } from './syntax.js';
import { evaluateFormat } from './type.js';

/** The functions by which bits are lost, so that losing them is always written; and `reinterpret`. */
export const conversions: Readonly<Record<string, LanguageFunction>> = {
  round: {
    values: ['x'],
    named: ['drop', 'to', 'mode'],
    evaluate: (scope, given, call) => rounded(scope, given, call, modeOf(scope, given)),
  },
  truncate: {
    values: ['x'],
    named: ['drop', 'to'],
    evaluate: (scope, given, call) => rounded(scope, given, call, 'down'),
  },
  saturate: narrowing((datapath, value, to) => builder.saturate(datapath, value, to)),
  wrap: narrowing((datapath, value, to) => builder.wrap(datapath, value, to)),
  reinterpret: { values: ['x'], named: ['to'], evaluate: reinterpreted },
};

const modeParameter = {
  kind: 'choice',
  name: 'mode',
  options: roundings,
  default: 'nearest_even',
} as const;

function modeOf(scope: Scope, { named }: Given): Rounding | undefined {
  const mode = named.get('mode');
  return mode
    ? (parameterValue(scope, modeParameter, mode.value) as Rounding | undefined)
    : modeParameter.default;
}

/** `x` without its low bits: `drop` of an integer's, or as many as the format `to` has less after the point. */
function rounded(scope: Scope, given: Given, call: CallSyntax, mode: Rounding | undefined): Item {
  const name = call.callee.text;
  const [drop, to] = [given.named.get('drop'), given.named.get('to')];
  if (drop && to) return refuseItem(scope, to.at, eitherArgument(name, 'drop', 'to'));
  const value = valueOf(scope, given);
  if (drop) {
    const bits = integer(scope, evaluate(scope, drop.value), drop.value.at, '`drop`');
    if (bits === undefined || mode === undefined) return nothing;
    return build(scope, call.at, (datapath) => builder.roundDrop(datapath, value, Number(bits), mode));
  }
  const format = targetOf(scope, given, call, '`drop: …` or `to: …`');
  if (!format || mode === undefined) return nothing;
  return build(scope, call.at, (datapath) => builder.roundTo(datapath, value, format, mode));
}

function narrowing(make: (datapath: Datapath, value: Value, to: Fixed) => Value): LanguageFunction {
  return {
    values: ['x'],
    named: ['to'],
    evaluate(scope, given, call) {
      const value = valueOf(scope, given);
      const format = targetOf(scope, given, call, '`to: …`');
      return format ? build(scope, call.at, (datapath) => make(datapath, value, format)) : nothing;
    },
  };
}

function reinterpreted(scope: Scope, given: Given, call: CallSyntax): Item {
  const value = valueOf(scope, given);
  const to = given.named.get('to');
  if (!to) return refuseItem(scope, call.at, missingArgument('reinterpret', '`to: …`'));
  const format = evaluateFormat(scope, to.value);
  return format ? build(scope, call.at, (datapath) => builder.reinterpret(datapath, value, format)) : nothing;
}

function valueOf(scope: Scope, { values }: Given): Value {
  const x = values[0]!;
  return lift(scope, evaluate(scope, x), x.at);
}

/** The number format after `to:`; undefined after a diagnostic. */
function targetOf(scope: Scope, { named }: Given, call: CallSyntax, due: string): Fixed | undefined {
  const to = named.get('to');
  if (!to) {
    refuse(scope, call.at, missingArgument(call.callee.text, due));
    return undefined;
  }
  const format = evaluateFormat(scope, to.value);
  if (!format || format.kind === 'fixed') return format;
  refuse(scope, to.value.at, wrongUse('`to`', 'a number format', `\`${builder.typeName(format)}\``));
  return undefined;
}
