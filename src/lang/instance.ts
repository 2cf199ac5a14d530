import type { Diagnostic } from '../base/index.js';
import { instantiate, poison, printArgument, resolve, type Arguments, type Value } from '../builder/index.js';
import { argumentsOf } from './argument.js';
import { bounded } from './build.js';
import { namedArguments } from './call.js';
import { elaborate } from './elaborate.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing, lift, nothing, type Item } from './item.js';
import { limits } from './limits.js';
import type { Declared } from './program.js';
import { streamsCalled, tooDeep, wrongUse } from './problems.js';
import { countNodes, refuse, refuseItem, type Elaborated, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { CallSyntax } from './syntax.js';

/** A call of an earlier datapath: an instance of its module, which is made once for each set of arguments. */
export function callDatapath(scope: Scope, call: CallSyntax, callee: Declared): Item {
  const { frame } = scope;
  const names = callee.parameters.map((parameter) => parameter.name);
  const ports = callee.syntax.statements.flatMap((one) => (one.kind === 'in' ? [one.name.text] : []));
  const given = argumentsOf(scope, call.callee, call.args, ports, names);
  if (!given) return nothing;
  const named = namedArguments(scope, given, callee.parameters);
  const items = given.values.map((value) => evaluate(scope, value));
  if (!named) return nothing;
  if (callee.syntax.statements.some((one) => (one.kind === 'in' || one.kind === 'out') && one.stream))
    return refuseItem(scope, call.callee.at, streamsCalled(call.callee.text));
  const tooTall = tooDeep(call.at, 'datapaths that call each other are', limits.hierarchy);
  if (frame.level >= limits.hierarchy) return refuseItem(scope, call.at, tooTall);
  const made = moduleFor(scope, call, callee, named);
  if (!made) {
    frame.failed = true;
    return nothing;
  }
  if (made.height >= limits.hierarchy) return refuseItem(scope, call.at, tooTall);
  frame.height = Math.max(frame.height, made.height + 1);
  frame.instanceNodes += made.nodes;
  countNodes(scope, frame.nodes, call.at);
  if (frame.budget.spent) return nothing;
  const inputs = made.inputs.map(({ of, field }) => {
    const position = ports.indexOf(of);
    return inputOf(scope, items[position]!, given.values[position]!.at, field);
  });
  const types = {
    inputs: made.inputs.map(({ type }) => type),
    outputs: made.outputs.map(({ type }) => type),
  };
  frame.datapath.draft.place = call.at;
  const values = instantiate(frame.datapath, made.design, inputs, types, instanceName(scope, call));
  const results = values.map((value) => bounded(scope, call.at, value));
  if (results.some((item) => item.kind !== 'word' || item.value.kind === 'poison')) return nothing;
  if (values.length === 1) return { kind: 'word', value: values[0]!, output: made.outputs[0]!.name };
  return { kind: 'outputs', outputs: new Map(values.map((value, i) => [made.outputs[i]!.name, value])) };
}

/** What an argument gives for a port of its own, or for the port of one field. */
function inputOf(scope: Scope, item: Item, at: Span, field: string): Value {
  if (field === '') return lift(scope, item, at);
  if (isNothing(item)) return poison;
  const value = item.kind === 'outputs' ? item.outputs.get(field) : undefined;
  if (!value) refuse(scope, at, wrongUse('this argument', `a record with \`${field}\``, describeItem(item)));
  return value ?? poison;
}

function instanceName(scope: Scope, { callee }: CallSyntax): string {
  const { instances } = scope.frame;
  const count = instances.get(callee.text) ?? 0;
  instances.set(callee.text, count + 1);
  return `${callee.text}_${count}`;
}

/** The callee's design for these arguments; undefined where it has faults, which are reported the first time. */
function moduleFor(
  scope: Scope,
  call: CallSyntax,
  callee: Declared,
  named: Arguments,
): Elaborated | undefined {
  const { library, budget, program, level, datapath } = scope.frame;
  const resolved = resolve(callee.parameters, named);
  // Every argument was checked by itself, and defaults were checked with the declaration.
  if (!resolved.ok) return undefined;
  const changes = changed(callee, resolved.value);
  const key = [callee.syntax.name.text, ...changes].join(' ');
  if (library.made.has(key)) return library.made.get(key);
  const around = { program, budget, library, level: level + 1 };
  const result = elaborate(around, callee, resolved.value, moduleName(scope, callee, changes));
  library.made.set(key, result.made);
  for (const one of result.diagnostics) datapath.report(inContext(one, changes, call));
  return result.made;
}

/** The arguments that are not the default, as `n = 4`. */
function changed(callee: Declared, args: Arguments): string[] {
  return callee.parameters
    .filter(({ name, default: preset }) => printArgument(args[name]!) !== printArgument(preset))
    .map(({ name }) => `${name} = ${printArgument(args[name]!)}`);
}

/** The module's name: the datapath's, with the arguments that are not the default; never one in use. */
function moduleName(scope: Scope, callee: Declared, changes: readonly string[]): string {
  const name = callee.syntax.name.text;
  if (changes.length === 0) return name;
  const { names } = scope.frame.library;
  const base = [name, ...changes.map(suffix)].join('_');
  let free = base;
  for (let i = 2; names.has(free); i++) free = `${base}_${i}`;
  names.add(free);
  return free;
}

/** `n = 4` as `n4`, `t = int(4)` as `t_int4`. */
function suffix(change: string): string {
  return change
    .replace(/ = (?=[-\d])/, '')
    .replace(' = ', '_')
    .replace('-', 'm')
    .replace(/[()]/g, '')
    .replace(', ', '_');
}

/** A fault that a datapath has with these arguments; it may have none with others. */
function inContext(diagnostic: Diagnostic, changes: readonly string[], call: CallSyntax): Diagnostic {
  if (changes.length === 0) return diagnostic;
  const where = `here ${changes.join(', ')}, as called on line ${call.at.line}`;
  return { ...diagnostic, hint: diagnostic.hint === undefined ? where : `${diagnostic.hint}; ${where}` };
}
