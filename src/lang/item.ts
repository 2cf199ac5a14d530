import {
  boolean,
  collect,
  describe,
  leafCount,
  literal,
  poison,
  typeName,
  typeWidth,
  type Type,
  type Value,
} from '../builder/index.js';
import { limits } from './limits.js';
import { severalOutputs, wrongUse } from './problems.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';

/**
 * What an expression stands for. Integers, truths and lists of them are known when the design is made and stay so
 * until they meet a word of the circuit.
 */
export type Item =
  IntegerItem | TruthItem | ChoiceItem | ListItem | TypeItem | RecordTypeItem | WordItem | OutputsItem;

export interface IntegerItem {
  readonly kind: 'integer';
  readonly value: bigint;
}

export interface TruthItem {
  readonly kind: 'truth';
  readonly value: boolean;
}

/** The value of a parameter that is one of several names. */
export interface ChoiceItem {
  readonly kind: 'choice';
  readonly option: string;
  readonly options: readonly string[];
}

/** A vector of integers and truths, or of such vectors. */
export interface ListItem {
  readonly kind: 'list';
  readonly elements: readonly Item[];
  /** Innermost elements, and how many lists stand inside each other. */
  readonly count: number;
  readonly dimensions: number;
}

export interface TypeItem {
  readonly kind: 'type';
  readonly type: Type;
}

/** The type of a record: what its fields are called, and their types. */
export interface RecordTypeItem {
  readonly kind: 'record type';
  readonly fields: readonly NamedType[];
}

export interface NamedType {
  readonly name: string;
  readonly type: Type;
}

/** A word of the circuit, a vector of words, or poison after a diagnostic. */
export interface WordItem {
  readonly kind: 'word';
  readonly value: Value;
  /** The name of the output, for the only output of a called datapath. */
  readonly output?: string;
}

/** A called datapath with several outputs, or a record. */
export interface OutputsItem {
  readonly kind: 'outputs';
  readonly outputs: ReadonlyMap<string, Value>;
  readonly isRecord?: boolean;
}

/** What stands for an expression after its diagnostic. */
export const nothing: Item = { kind: 'word', value: poison };

export function word(value: Value): Item {
  return value.kind === 'poison' ? nothing : { kind: 'word', value };
}

export function isNothing(item: Item): boolean {
  return item.kind === 'word' && item.value.kind === 'poison';
}

/** Whether the item is a number, a truth or a list of them, known when the design is made. */
export function isConstant(item: Item): item is IntegerItem | TruthItem | ListItem {
  return item.kind === 'integer' || item.kind === 'truth' || item.kind === 'list';
}

/** The item in the circuit: constants become literals of the narrowest format. Poison after a diagnostic. */
export function lift(scope: Scope, item: Item, at: Span): Value {
  const { datapath } = scope.frame;
  switch (item.kind) {
    case 'word':
      return item.value;
    case 'integer':
      datapath.draft.place = at;
      return literal(datapath, item.value);
    case 'truth':
      datapath.draft.place = at;
      return boolean(datapath, item.value);
    case 'list': {
      const elements = item.elements.map((element) => lift(scope, element, at));
      datapath.draft.place = at;
      return collect(datapath, elements);
    }
    case 'outputs':
      refuse(scope, at, severalOutputs([...item.outputs.keys()], item.isRecord));
      return poison;
    case 'record type':
    case 'type':
    case 'choice':
      refuse(scope, at, wrongUse('what stands here', 'a value', describeItem(item)));
      return poison;
  }
}

/** The vector of the elements: a list if all are known, else a vector of words. */
export function gather(scope: Scope, elements: readonly Item[], at: Span): Item {
  if (elements.some(isNothing)) return nothing;
  const known = elements.every(isConstant);
  if (!known || elements.length === 0) {
    const values = elements.map((element) => lift(scope, element, at));
    scope.frame.datapath.draft.place = at;
    return word(collect(scope.frame.datapath, values));
  }
  const lists = elements.filter((element) => element.kind === 'list');
  const count = lists.reduce((sum, list) => sum + list.count, elements.length - lists.length);
  const dimensions = 1 + lists.reduce((most, list) => Math.max(most, list.dimensions), 0);
  if (count > limits.elements)
    return refuseItem(
      scope,
      at,
      wrongUse('a vector', `of at most ${limits.elements} elements`, `of ${count}`),
    );
  if (dimensions > limits.dimensions)
    return refuseItem(
      scope,
      at,
      wrongUse('a vector', `of at most ${limits.dimensions} dimensions`, `of ${dimensions}`),
    );
  return { kind: 'list', elements, count, dimensions };
}

/** What is too much about a type, if anything: words, elements and dimensions have bounds. */
export function excess(type: Type): readonly [due: string, found: string] | undefined {
  let dimensions = 0;
  let inner = type;
  for (; inner.kind === 'vector'; inner = inner.element)
    if (++dimensions > limits.dimensions) return [`of at most ${limits.dimensions} dimensions`, 'of more'];
  const count = leafCount(type);
  if (count > limits.elements) return [`of at most ${limits.elements} elements`, `of ${count}`];
  const width = typeWidth(inner);
  return width > limits.wordBits ? [`at most ${limits.wordBits} bits wide`, `${width} bits wide`] : undefined;
}

/** What the item is, for messages. */
export function describeItem(item: Item): string {
  switch (item.kind) {
    case 'integer':
      return `the number ${shown(item.value)}`;
    case 'truth':
      return `\`${item.value}\``;
    case 'choice':
      return `the choice \`${item.option}\``;
    case 'list':
      return `a vector of ${item.elements.length} numbers`;
    case 'type':
      return `the type \`${typeName(item.type)}\``;
    case 'word':
      return describe(item.value);
    case 'record type':
      return `the type of a record`;
    case 'outputs':
      return item.isRecord ? 'a record' : 'a datapath with several outputs';
  }
}

function shown(value: bigint): string {
  const text = String(value);
  return text.length > 24 ? `${text.slice(0, 20)}…` : text;
}
