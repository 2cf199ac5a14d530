import { bool } from '../format/index.js';
import { convert, inputPort, outputPort, poison, truth, type Type, type Value } from '../builder/index.js';
import { whenName } from '../pass/index.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing, lift, nothing, word, type Item, type NamedType } from './item.js';
import { noStreamsIn, onlyStreams, unitBeside, whenWithoutStream, wrongUse } from './problems.js';
import { refuse, type Scope } from './scope.js';
import { hasStreamsIn, hasUnits, sendOn, streamOf, unitCalled } from './stream.js';
import type { InSyntax, OutSyntax } from './syntax.js';
import { evaluatePortType } from './type.js';

/** `in x: T` and `stream in x: T`; a record has a port for each field, called `x_field`. */
export function elaborateIn(scope: Scope, { name, type, stream }: InSyntax): void {
  const { frame } = scope;
  const due = evaluatePortType(scope, type);
  frame.datapath.draft.place = name.at;
  const parts = due === undefined ? [] : partsOf(due);
  const values = parts.map((part): [string, Value] => {
    const port = portName(name.text, part.name);
    frame.inputs.push({ name: port, type: part.type, of: name.text, field: part.name });
    return [part.name, inputPort(frame.datapath, port, part.type)];
  });
  frame.names.set(name.text, itemOf(due, values));
  if (!stream || !due) return;
  frame.streams.ins.push({ name: name.text, fields: parts.map((part) => portName(name.text, part.name)) });
  frame.streams.sources.set(name.text, { fields: new Map(values), isTaken: false });
}

/** The fields of a port, or its only one, which has no name. */
function partsOf(due: Type | readonly NamedType[]): readonly NamedType[] {
  return isRecord(due) ? due : [{ name: '', type: due }];
}

function isRecord(due: Type | readonly NamedType[]): due is readonly NamedType[] {
  return Array.isArray(due);
}

function portName(name: string, field: string): string {
  return field === '' ? name : `${name}_${field}`;
}

function itemOf(due: Type | readonly NamedType[] | undefined, values: [string, Value][]): Item {
  if (due === undefined || values.some(([, value]) => value.kind === 'poison')) return nothing;
  if (isRecord(due)) return { kind: 'outputs', outputs: new Map(values), isRecord: true };
  return word(values[0]![1]);
}

/** `out y = x`, `stream out y = x when c`, and `stream out y = unit(x)`. */
export function elaborateOut(scope: Scope, syntax: OutSyntax): void {
  const { frame } = scope;
  const { name, value, stream, when } = syntax;
  const isElastic = hasStreamsIn(frame.syntax);
  if (stream !== isElastic) {
    refuse(scope, name.at, isElastic ? onlyStreams(name.text) : noStreamsIn(name.text));
    return outputPort(frame.datapath, name.text, poison);
  }
  if (when && !stream) {
    refuse(scope, when.at, whenWithoutStream());
    return outputPort(frame.datapath, name.text, poison);
  }
  if (hasUnits(frame)) return elaborateUnits(scope, syntax);
  const fields = outputFields(scope, syntax, evaluate(scope, value));
  if (!stream || !fields) return;
  frame.streams.outs.push({ name: name.text, fields });
  if (!when) return;
  const condition = lift(scope, evaluate(scope, when), when.at);
  frame.datapath.draft.place = when.at;
  const isDue = truth(frame.datapath, condition, 'what follows `when`');
  if (isDue) outputPort(frame.datapath, whenName(name.text), isDue, bool);
}

function elaborateUnits(scope: Scope, { name, value, when, type }: OutSyntax): void {
  const beside = when ?? type;
  if (beside || !unitCalled(scope.frame, value)) {
    refuse(scope, (beside ?? value).at, unitBeside(name.text));
    return outputPort(scope.frame.datapath, name.text, poison);
  }
  const source = streamOf(scope, value);
  if (source) sendOn(scope, name, source);
  else outputPort(scope.frame.datapath, name.text, poison);
}

/** Makes the ports of an output; gives their names, or undefined after a diagnostic. */
function outputFields(scope: Scope, { name, type, value }: OutSyntax, item: Item): string[] | undefined {
  const due = type && evaluatePortType(scope, type);
  if ((type && !due) || isNothing(item)) {
    outputPort(scope.frame.datapath, name.text, lift(scope, nothing, value.at));
    return undefined;
  }
  const wishes = due && isRecord(due) ? due : undefined;
  if (wishes || (item.kind === 'outputs' && item.isRecord))
    return recordFields(scope, { name, value }, item, wishes);
  const carried = lift(scope, item, value.at);
  return give(scope, { name, value }, name.text, carried, due as Type | undefined) ? [name.text] : undefined;
}

function recordFields(
  scope: Scope,
  at: Pick<OutSyntax, 'name' | 'value'>,
  item: Item,
  wishes: readonly NamedType[] | undefined,
): string[] | undefined {
  if (item.kind !== 'outputs') {
    refuse(scope, at.value.at, wrongUse(`output \`${at.name.text}\``, 'a record', describeItem(item)));
    return undefined;
  }
  const due = wishes?.map((wish) => wish.name) ?? [...item.outputs.keys()];
  const list = (names: readonly string[]): string =>
    `a record of ${names.map((one) => `\`${one}\``).join(', ')}`;
  if (due.join() !== [...item.outputs.keys()].join()) {
    const found = list([...item.outputs.keys()]);
    refuse(scope, at.value.at, wrongUse(`output \`${at.name.text}\``, list(due), found));
    return undefined;
  }
  const made = due.map((field, i) => {
    const port = portName(at.name.text, field);
    return give(scope, at, port, item.outputs.get(field)!, wishes?.[i]!.type) ? port : undefined;
  });
  return made.every((port) => port !== undefined) ? made : undefined;
}

/** An output port, widened exactly to its type where that is given; false after a diagnostic. */
function give(
  { frame }: Scope,
  { name, value }: Pick<OutSyntax, 'name' | 'value'>,
  port: string,
  carried: Value,
  wish: Type | undefined,
): boolean {
  const { datapath } = frame;
  datapath.draft.place = value.at;
  const wide = wish ? convert(datapath, carried, wish, `output \`${port}\``) : carried;
  datapath.draft.place = name.at;
  outputPort(datapath, port, wide);
  if (wide.kind === 'poison') return false;
  frame.outputs.push({ name: port, type: wide.type });
  return true;
}
