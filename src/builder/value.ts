import type { Format } from '../format/index.js';
import type { Draft, Id } from '../ir/index.js';
import { typeWidth, type Type, type VectorType } from './type.js';

/** A word of the circuit with what it stands for. */
export interface Scalar {
  readonly kind: 'scalar';
  readonly type: Format;
  readonly id: Id;
}

export interface Vector {
  readonly kind: 'vector';
  readonly type: VectorType;
  readonly elements: readonly Value[];
}

/** What stands where a fault was: every use of it is silent, so that one fault gives one diagnostic. */
export interface Poison {
  readonly kind: 'poison';
}

export type Value = Scalar | Vector | Poison;

export const poison: Poison = { kind: 'poison' };

export function scalar(type: Format, id: Id): Scalar {
  return { kind: 'scalar', type, id };
}

/** A vector of values of one type; not empty, none of them poison. */
export function vectorOf(element: Type, elements: readonly Value[]): Vector {
  return { kind: 'vector', type: { kind: 'vector', element, length: elements.length }, elements };
}

/** The words of the innermost elements, in order. */
export function leaves(value: Value): Scalar[] {
  switch (value.kind) {
    case 'scalar':
      return [value];
    case 'vector':
      return value.elements.flatMap(leaves);
    case 'poison':
      return [];
  }
}

/** All elements in one word, element 0 in the lowest bits. */
export function pack(draft: Draft, value: Value): Id {
  return draft.concat(leaves(value).map((leaf) => leaf.id));
}

/** The value of `type` that the bits of `word` from `low` on hold. */
export function unpack(draft: Draft, word: Id, type: Type, low = 0): Value {
  const width = typeWidth(type);
  if (type.kind !== 'vector') return scalar(type, draft.slice(word, low, width));
  const step = width / type.length;
  const elements = Array.from({ length: type.length }, (_, i) =>
    unpack(draft, word, type.element, low + i * step),
  );
  return { kind: 'vector', type, elements };
}

/** Names a value's words: `name`, or `name_0`, `name_1`, … for a vector's elements. */
export function labelValue(draft: Draft, value: Value, name: string): void {
  if (value.kind === 'scalar') draft.label(value.id, name);
  if (value.kind === 'vector')
    value.elements.forEach((element, i) => labelValue(draft, element, `${name}_${i}`));
}

/** Names an operator's own word, as long as the designer gives it no other name. */
export function hintValue(draft: Draft, value: Value, name: string): void {
  if (value.kind === 'scalar') draft.hint(value.id, name);
}

/** The elements of a vector; a scalar is its own only element. */
export function elementsOf(value: Value): readonly Value[] {
  return value.kind === 'vector' ? value.elements : [value];
}
