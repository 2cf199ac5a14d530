import { givenTwice, resolve, unknownName, type Argument, type Parameter } from '../builder/index.js';
import { integer } from './constant.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing } from './item.js';
import { lateValue, wrongCount, wrongUse } from './problems.js';
import { refuse, type Scope } from './scope.js';
import type { ArgumentSyntax, Expression, Name } from './syntax.js';
import { evaluateFormat } from './type.js';

/** The arguments of a call: values in their order, and those by name. */
export interface Given {
  readonly values: readonly Expression[];
  readonly named: ReadonlyMap<string, ArgumentSyntax>;
}

/**
 * Sorts a call's arguments; undefined after a diagnostic.
 *
 * @param values names of the values, for messages; undefined where whoever is called counts them
 * @param known the names that can be given
 */
export function argumentsOf(
  scope: Scope,
  callee: Name,
  args: readonly ArgumentSyntax[],
  values: readonly string[] | undefined,
  known: readonly string[],
): Given | undefined {
  const given: Expression[] = [];
  const named = new Map<string, ArgumentSyntax>();
  let right = true;
  for (const argument of args) {
    const wrong = misplaced(callee, argument, named, known);
    if (wrong) {
      refuse(scope, argument.name?.at ?? argument.at, wrong);
      right = false;
    } else if (argument.name) named.set(argument.name.text, argument);
    else given.push(argument.value);
  }
  if (right && values && values.length !== given.length) {
    refuse(scope, callee.at, wrongCount(callee.text, countOf(values), given.length));
    right = false;
  }
  return right ? { values: given, named } : undefined;
}

function misplaced(
  callee: Name,
  { name }: ArgumentSyntax,
  named: ReadonlyMap<string, ArgumentSyntax>,
  known: readonly string[],
) {
  if (!name) return named.size > 0 ? lateValue(callee.text) : undefined;
  if (!known.includes(name.text)) return unknownName('parameter', name.text, known);
  return named.has(name.text) ? givenTwice('argument', name.text) : undefined;
}

function countOf(values: readonly string[]): string {
  if (values.length === 0) return 'no values';
  return `${values.length} value${values.length === 1 ? '' : 's'} (${values.join(', ')})`;
}

/** The value of a parameter, of its kind and in its range; undefined after a diagnostic. */
export function parameterValue(
  scope: Scope,
  parameter: Parameter,
  expression: Expression,
): Argument | undefined {
  const value = valueOfKind(scope, parameter, expression);
  if (value === undefined) return undefined;
  const checked = resolve([parameter], { [parameter.name]: value });
  if (checked.ok) return value;
  for (const diagnostic of checked.diagnostics) refuse(scope, expression.at, diagnostic);
  return undefined;
}

function valueOfKind(scope: Scope, parameter: Parameter, expression: Expression): Argument | undefined {
  switch (parameter.kind) {
    case 'integer':
      return numberOf(scope, parameter.name, expression);
    case 'choice':
      return choiceOf(scope, parameter.name, expression);
    case 'flag':
      return flagOf(scope, parameter.name, expression);
    case 'format':
      return evaluateFormat(scope, expression);
    case 'list':
      return integersOf(scope, parameter.name, expression);
  }
}

/** The integers of a list that is known when the design is made. */
export function integersOf(scope: Scope, name: string, expression: Expression): number[] | undefined {
  const item = evaluate(scope, expression);
  if (item.kind === 'list' && item.elements.every((element) => element.kind === 'integer'))
    return item.elements.map((element) => Number(element.value));
  if (!isNothing(item))
    refuse(scope, expression.at, wrongUse(`\`${name}\``, 'a list of integers', describeItem(item)));
  return undefined;
}

function numberOf(scope: Scope, name: string, expression: Expression): number | undefined {
  const value = integer(scope, evaluate(scope, expression), expression.at, `parameter \`${name}\``);
  return value === undefined ? undefined : Number(value);
}

function flagOf(scope: Scope, name: string, expression: Expression): boolean | undefined {
  const item = evaluate(scope, expression);
  if (item.kind === 'truth') return item.value;
  if (!isNothing(item))
    refuse(scope, expression.at, wrongUse(`parameter \`${name}\``, 'true or false', describeItem(item)));
  return undefined;
}

/** A parameter of the datapath that is a choice itself, or else the name as it stands. */
function choiceOf(scope: Scope, name: string, expression: Expression): string | undefined {
  if (expression.kind === 'name') {
    const item = scope.frame.names.get(expression.name);
    return item?.kind === 'choice' ? item.option : expression.name;
  }
  const item = evaluate(scope, expression);
  if (item.kind === 'choice') return item.option;
  if (!isNothing(item))
    refuse(
      scope,
      expression.at,
      wrongUse(`parameter \`${name}\``, 'the name of a choice', describeItem(item)),
    );
  return undefined;
}
