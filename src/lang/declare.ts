import type { Diagnostic } from '../base/index.js';
import { resolve, type Parameter } from '../builder/index.js';
import { integersOf } from './argument.js';
import { integer } from './constant.js';
import { evaluate } from './expression.js';
import { meaningOf, startFrame } from './frame.js';
import { functionNames } from './functions.js';
import { describeItem, isNothing } from './item.js';
import { limits } from './limits.js';
import { badDomain, definedTwice, emptyRange, takenName, wrongUse } from './problems.js';
import { programOf, type Declared, type Program } from './program.js';
import { freshBudget, refuse, type Scope } from './scope.js';
import type { Span } from './span.js';
import {
  chain,
  type DatapathSyntax,
  type Expression,
  type ParameterSyntax,
  type SourceFile,
} from './syntax.js';
import { evaluateFormat } from './type.js';

/** The file's datapaths with what their parameters can be; the faults of their heads. */
export function declareAll(source: SourceFile): { program: Program; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const lines = new Map<string, number>();
  const declared: Declared[] = [];
  for (const syntax of source.datapaths) {
    const { text, at } = syntax.name;
    const first = lines.get(text);
    const wrong = first === undefined ? nameProblem(at, text) : definedTwice(at, text, first);
    if (wrong) diagnostics.push(wrong);
    if (first !== undefined) continue;
    lines.set(text, at.line);
    const scope = emptyScope(source.file, syntax);
    const parameters = parametersOf(scope, syntax.parameters);
    for (const one of scope.frame.datapath.diagnostics) diagnostics.push(one);
    declared.push({ syntax, parameters, index: declared.length });
  }
  return { program: programOf(source.file, declared), diagnostics };
}

/** Operators are no obstacle: one that joins the library must not break a design that has a datapath of its name. */
function nameProblem(at: Span, name: string): Diagnostic | undefined {
  const meaning =
    meaningOf(name) ?? (functionNames.includes(name) ? 'a function of the language' : undefined);
  return meaning === undefined ? undefined : takenName(at, name, meaning);
}

/** Where the heads of datapaths are evaluated: nothing has a name. */
export function emptyScope(file: string, syntax: DatapathSyntax): Scope {
  const bare = { ...syntax, parameters: [], statements: [] };
  const library = { made: new Map(), names: new Set<string>() };
  const around = { program: programOf(file, [{ syntax, parameters: [], index: 0 }]), library, level: 0 };
  const frame = startFrame({ ...around, budget: freshBudget() }, bare, syntax.name.text);
  return { frame, variables: undefined };
}

function parametersOf(scope: Scope, list: readonly ParameterSyntax[]): Parameter[] {
  const lines = new Map<string, number>();
  const parameters: Parameter[] = [];
  for (const syntax of list) {
    const { text, at } = syntax.name;
    const first = lines.get(text);
    if (first !== undefined) refuse(scope, at, definedTwice(at, text, first));
    lines.set(text, at.line);
    const parameter = parameterOf(scope, syntax);
    if (parameter && first === undefined) parameters.push(withinItself(scope, parameter, syntax.default.at));
  }
  return parameters;
}

/** Reports a default that its own parameter does not allow. */
function withinItself(scope: Scope, parameter: Parameter, at: Span): Parameter {
  const checked = resolve([parameter], {});
  if (!checked.ok) for (const one of checked.diagnostics) refuse(scope, at, one);
  return parameter;
}

function parameterOf(
  scope: Scope,
  { name, domain, default: preset }: ParameterSyntax,
): Parameter | undefined {
  if (domain.kind === 'range') return rangeOf(scope, name.text, domain.least, domain.most, preset);
  const { choice } = domain;
  if (choice.kind === 'name' && choice.name === 'bool') return flagOf(scope, name.text, preset);
  if (choice.kind === 'name' && choice.name === 'format') return formatOf(scope, name.text, preset);
  if (choice.kind === 'name' && choice.name === 'list') return listOf(scope, name.text, preset);
  const options = optionsOf(choice);
  if (options.length >= 2 && preset.kind === 'name')
    return { kind: 'choice', name: name.text, options, default: preset.name };
  const wrong =
    options.length >= 2 ? wrongUse('the default', 'one of the choices', 'something else') : undefined;
  refuse(scope, wrong ? preset.at : choice.at, wrong ?? badDomain(choice.at));
  return undefined;
}

function rangeOf(
  scope: Scope,
  name: string,
  from: Expression,
  to: Expression,
  preset: Expression,
): Parameter | undefined {
  const least = safe(scope, from);
  const most = safe(scope, to);
  const value = safe(scope, preset);
  if (least === undefined || most === undefined || value === undefined) return undefined;
  if (least > most) refuse(scope, from.at, emptyRange(from.at, least, most));
  if (least > most) return undefined;
  return { kind: 'integer', name, least, most, default: value };
}

/** An integer that a parameter can have. */
function safe(scope: Scope, expression: Expression): number | undefined {
  const value = integer(scope, evaluate(scope, expression), expression.at, 'a bound of a parameter');
  if (value === undefined) return undefined;
  const most = Number.MAX_SAFE_INTEGER;
  if (value >= -most && value <= most) return Number(value);
  refuse(scope, expression.at, wrongUse('a bound of a parameter', `at most ${most}`, 'more'));
  return undefined;
}

function flagOf(scope: Scope, name: string, preset: Expression): Parameter | undefined {
  const item = evaluate(scope, preset);
  if (item.kind === 'truth') return { kind: 'flag', name, default: item.value };
  if (!isNothing(item))
    refuse(scope, preset.at, wrongUse('the default', 'true or false', describeItem(item)));
  return undefined;
}

function formatOf(scope: Scope, name: string, preset: Expression): Parameter | undefined {
  const format = evaluateFormat(scope, preset);
  return format && { kind: 'format', name, default: format };
}

function listOf(scope: Scope, name: string, preset: Expression): Parameter | undefined {
  const numbers = integersOf(scope, name, preset);
  const most = Number.MAX_SAFE_INTEGER;
  return (
    numbers && {
      kind: 'list',
      name,
      least: -most,
      most,
      shortest: 1,
      longest: limits.elements,
      default: numbers,
    }
  );
}

/** The names between bars; empty where anything else is among them. */
function optionsOf(choice: Expression): string[] {
  const { first, rest } = chain(choice);
  if (rest.some(({ operator }) => operator !== '|')) return [];
  const names = [first, ...rest.map(({ right }) => right)];
  return names.every((one) => one.kind === 'name') ? names.map((one) => one.name) : [];
}
