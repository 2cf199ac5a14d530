import { unknownName, type Argument, type Arguments, type Parameter } from '../builder/index.js';
import { apply, operatorOf, operators, parametersOf, type Operator } from '../ops/index.js';
import { argumentsOf, parameterValue, type Given } from './argument.js';
import { bounded } from './build.js';
import { evaluate } from './expression.js';
import { callFunction, functionNames } from './functions.js';
import { callDatapath } from './instance.js';
import { lift, nothing, type Item } from './item.js';
import { callsLater, unitMisused } from './problems.js';
import { refuseItem, type Scope } from './scope.js';
import { isUnit } from './stream.js';
import type { CallSyntax } from './syntax.js';

/** A call of a function of the language, of an earlier datapath, or else of an operator of the library. */
export function evaluateCall(scope: Scope, call: CallSyntax): Item {
  const name = call.callee.text;
  const value = callFunction(scope, call);
  if (value) return value;
  const { program, syntax } = scope.frame;
  const callee = program.byName.get(name);
  const own = program.byName.get(syntax.name.text)!;
  if (callee && callee.index < own.index) return callDatapath(scope, call, callee);
  const operator = operatorOf(name);
  if (operator && isUnit(operator)) return refuseItem(scope, call.callee.at, unitMisused(name));
  if (operator) return callOperator(scope, call, operator);
  if (callee) {
    const self = callee.index === own.index;
    return refuseItem(scope, call.callee.at, callsLater(name, callee.syntax.at.line, self));
  }
  return refuseItem(scope, call.callee.at, unknownName('operator', name, callables(scope)));
}

function callables(scope: Scope): string[] {
  const earlier = scope.frame.program.datapaths.slice(0, 1000).map(({ syntax }) => syntax.name.text);
  return [...operators.map(({ name }) => name), ...functionNames, ...earlier];
}

function callOperator(scope: Scope, call: CallSyntax, operator: Operator): Item {
  const names = operator.parameters.map((parameter) => parameter.name);
  const defaults = parametersOf(operator, [], {});
  const ports = defaults.ok ? operator.ports(defaults.value).inputs.map(({ name }) => name) : undefined;
  const given = argumentsOf(scope, call.callee, call.args, ports, names);
  if (!given) return nothing;
  const named = namedArguments(scope, given, operator.parameters);
  const inputs = given.values.map((value) => lift(scope, evaluate(scope, value), value.at));
  if (!named) return nothing;
  const { datapath } = scope.frame;
  datapath.draft.place = call.at;
  const outputs = apply(datapath, operator, inputs, named);
  if (!outputs) return nothing;
  if (outputs.length === 1) return bounded(scope, call.at, outputs[0]!);
  const types = inputs.flatMap((input) => (input.kind === 'poison' ? [] : [input.type]));
  const p = parametersOf(operator, types, named);
  if (!p.ok) return nothing;
  const results = operator.ports(p.value).outputs;
  return { kind: 'outputs', outputs: new Map(outputs.map((value, i) => [results[i]!.name, value])) };
}

/** The parameters given by name; undefined after a diagnostic. */
export function namedArguments(
  scope: Scope,
  { named }: Given,
  parameters: readonly Parameter[],
): Arguments | undefined {
  const values: Record<string, Argument> = {};
  let right = true;
  for (const parameter of parameters) {
    const expression = named.get(parameter.name)?.value;
    if (!expression) continue;
    const value = parameterValue(scope, parameter, expression);
    if (value === undefined) right = false;
    else values[parameter.name] = value;
  }
  return right ? values : undefined;
}
