import { inputPort, outputPort, scalar, type Datapath, type Type, type Value } from '../builder/index.js';
import { bool } from '../format/index.js';
import type { Id, StreamPorts } from '../ir/index.js';
import { apply, operatorOf, parametersOf, type Operator, type OperatorPorts } from '../ops/index.js';
import { argumentsOf } from './argument.js';
import { namedArguments } from './call.js';
import { functionNames } from './functions.js';
import { fieldsDiffer, streamTaken, wrongUse } from './problems.js';
import { refuse, type Frame, type Scope } from './scope.js';
import type { CallSyntax, DatapathSyntax, Expression, Name } from './syntax.js';

/** A stream inside a datapath: the words it hands over, and how its consumer says that it takes one. */
interface Source {
  readonly fields: ReadonlyMap<string, Value>;
  /** Whether a unit gives them, under names of its own. */
  readonly isUnits: boolean;
  readonly valid: Value;
  /** A wire, to be bound by the consumer. */
  readonly ready: Id;
}

/** Whether a datapath has streams in, and so works word by word. */
export function hasStreamsIn({ statements }: DatapathSyntax): boolean {
  return statements.some((one) => one.kind === 'in' && one.stream);
}

/** Whether a datapath hands words to units of the library that work at their own pace. */
export function hasUnits(frame: Frame): boolean {
  return frame.syntax.statements.some(
    (one) => one.kind === 'out' && one.stream && unitCalled(frame, one.value) !== undefined,
  );
}

/** The operator with streams of its own that an expression calls, if it does. */
export function unitCalled(frame: Frame, expression: Expression): Operator | undefined {
  if (expression.kind !== 'call') return undefined;
  const name = expression.callee.text;
  const callee = frame.program.byName.get(name);
  const own = frame.program.byName.get(frame.syntax.name.text)!;
  if (functionNames.includes(name) || (callee && callee.index < own.index)) return undefined;
  const operator = operatorOf(name);
  return operator && isUnit(operator) ? operator : undefined;
}

/** Whether an operator works at its own pace, by valid and ready. */
export function isUnit(operator: Operator): boolean {
  return portsOf(operator).streams !== undefined;
}

/** The ports with all parameters at their defaults. */
function portsOf(operator: Operator): OperatorPorts {
  const defaults = parametersOf(operator, [], {});
  if (!defaults.ok) throw new Error(`${operator.name}: ${defaults.diagnostics[0]!.message}`);
  return operator.ports(defaults.value);
}

/** The stream that an expression stands for: a stream in, or what a unit gives; undefined after a diagnostic. */
export function streamOf(scope: Scope, expression: Expression): Source | undefined {
  const { frame } = scope;
  const operator = unitCalled(frame, expression);
  if (operator) return callUnit(scope, expression as CallSyntax, operator);
  if (expression.kind === 'name' && frame.streams.sources.has(expression.name))
    return takeIn(scope, { text: expression.name, at: expression.at });
  const due = 'a stream in, or what another such unit gives';
  refuse(scope, expression.at, wrongUse('what a unit with streams is given', due, 'something else'));
  return undefined;
}

/** The words of a stream in, for the one unit that takes them. */
function takeIn(scope: Scope, { text, at }: Name): Source | undefined {
  const { datapath, streams } = scope.frame;
  const port = streams.sources.get(text)!;
  if (port.isTaken) {
    refuse(scope, at, streamTaken(text, 2));
    return undefined;
  }
  port.isTaken = true;
  const { draft } = datapath;
  const [validName, readyName] = [`${text}_valid`, `${text}_ready`];
  const valid = inputPort(datapath, validName, bool);
  const ready = draft.wire(1);
  outputPort(datapath, readyName, scalar(bool, ready));
  const { fields } = streams.ins.find(({ name }) => name === text)!;
  draft.stream({ name: text, direction: 'in', fields, valid: validName, ready: readyName });
  return { fields: port.fields, isUnits: false, valid, ready };
}

function callUnit(scope: Scope, call: CallSyntax, operator: Operator): Source | undefined {
  const { datapath } = scope.frame;
  const { draft } = datapath;
  const usual = portsOf(operator);
  const ins = innerStreams(usual).filter(({ direction }) => direction === 'in');
  const given = argumentsOf(
    scope,
    call.callee,
    call.args,
    ins.map(({ name }) => name),
    operator.parameters.map((parameter) => parameter.name),
  );
  if (!given) return undefined;
  const named = namedArguments(scope, given, operator.parameters);
  const sources = given.values.map((value) => streamOf(scope, value));
  if (!named || sources.some((source) => !source)) return undefined;
  const words = new Map<string, Value>();
  const fit = sources.map((source, k) =>
    fitFields(scope, operator, ins[k]!, source!, words, given.values[k]!),
  );
  if (fit.includes(false)) return undefined;
  const types = usual.inputs.map(({ name, type }) => typeOf(words.get(name)) ?? type);
  const p = parametersOf(operator, types, named);
  if (!p.ok) return void p.diagnostics.forEach((one) => datapath.report({ place: call.at, ...one }));
  const ports = operator.ports(p.value);
  const out = innerStreams(ports).find(({ direction }) => direction === 'out')!;
  const ready = draft.wire(1);
  words.set(out.ready, scalar(bool, ready));
  draft.place = call.at;
  outerInputs(datapath, ports, words);
  const outputs = apply(
    datapath,
    operator,
    ports.inputs.map(({ name }) => words.get(name)!),
    named,
  );
  if (!outputs) return undefined;
  const results = new Map(ports.outputs.map(({ name }, i) => [name, outputs[i]!]));
  outerOutputs(datapath, ports, results);
  sources.forEach((source, k) => draft.bind(source!.ready, idOf(results.get(ins[k]!.ready)!)));
  const fields = out.fields.map((name): [string, Value] => [
    out.fields.length === 1 ? '' : name,
    results.get(name)!,
  ]);
  return { fields: new Map(fields), isUnits: true, valid: results.get(out.valid)!, ready };
}

/** The streams between a unit and the datapath that uses it. */
function innerStreams({ streams = [], outer = [] }: OperatorPorts): readonly StreamPorts[] {
  return streams.filter(({ name }) => !outer.includes(name));
}

function outerStreams({ streams = [], outer = [] }: OperatorPorts): readonly StreamPorts[] {
  return streams.filter(({ name }) => outer.includes(name));
}

/** Ports of the datapath for what a unit is told from outside. */
function outerInputs(datapath: Datapath, ports: OperatorPorts, words: Map<string, Value>): void {
  const streams = outerStreams(ports);
  for (const { name, type } of ports.inputs)
    if (streams.some((stream) => partOf(stream, name))) words.set(name, inputPort(datapath, name, type));
}

/** Ports of the datapath for what a unit tells those outside. */
function outerOutputs(datapath: Datapath, ports: OperatorPorts, results: ReadonlyMap<string, Value>): void {
  const streams = outerStreams(ports);
  for (const { name, type } of ports.outputs)
    if (streams.some((stream) => partOf(stream, name))) outputPort(datapath, name, results.get(name)!, type);
  for (const stream of streams) datapath.draft.stream(stream);
}

function partOf({ valid, ready, fields }: StreamPorts, name: string): boolean {
  return name === valid || name === ready || fields.includes(name);
}

/** Hands the fields of a stream to the unit's ports of their names, those of another unit in their order; false after a diagnostic. */
function fitFields(
  scope: Scope,
  { name: unit }: Operator,
  { fields, valid }: StreamPorts,
  source: Source,
  words: Map<string, Value>,
  { at }: Expression,
): boolean {
  const found = [...source.fields.keys()];
  words.set(valid, source.valid);
  const isPlain = fields.length === 1 && found.length === 1 && found[0] === '';
  const byName = [...found].sort().join() === [...fields].sort().join();
  const inOrder = isPlain || (source.isUnits && found.length === fields.length);
  if (!byName && !inOrder) {
    refuse(scope, at, fieldsDiffer(unit, fields, found));
    return false;
  }
  fields.forEach((name, k) => words.set(name, source.fields.get(byName ? name : found[k]!)!));
  return true;
}

function typeOf(value: Value | undefined): Type | undefined {
  return value === undefined || value.kind === 'poison' ? undefined : value.type;
}

function idOf(value: Value): Id {
  if (value.kind !== 'scalar') throw new Error('a unit gives no ready');
  return value.id;
}

/** The ports of a stream out that hands on the words of a unit. */
export function sendOn({ frame }: Scope, { text, at }: Name, source: Source): void {
  const { datapath } = frame;
  const { draft } = datapath;
  draft.place = at;
  const fields = [...source.fields].map(([field, value]) => {
    const port = field === '' ? text : `${text}_${field}`;
    outputPort(datapath, port, value);
    return port;
  });
  const [valid, ready] = [`${text}_valid`, `${text}_ready`];
  outputPort(datapath, valid, source.valid);
  const taken = inputPort(datapath, ready, bool);
  if (taken.kind === 'scalar') draft.bind(source.ready, taken.id);
  draft.stream({ name: text, direction: 'out', fields, valid, ready });
}
