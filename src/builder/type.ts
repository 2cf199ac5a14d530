import { formatName, formatWidth, isSigned, type Format } from '../format/index.js';
import type { Port } from '../ir/index.js';

/** `length` elements of one type, element 0 in the lowest bits of a port. */
export interface VectorType {
  readonly kind: 'vector';
  readonly element: Type;
  readonly length: number;
}

/** What a value is: a format, or a vector of types. */
export type Type = Format | VectorType;

export function vec(element: Type, length: number): VectorType {
  return { kind: 'vector', element, length };
}

/** The bits of all elements together. */
export function typeWidth(type: Type): number {
  return type.kind === 'vector' ? type.length * typeWidth(type.element) : formatWidth(type);
}

/** The type as it is written in a design: `int(8)[16]`. */
export function typeName(type: Type): string {
  if (type.kind !== 'vector') return formatName(type);
  let element: Type = type;
  let lengths = '';
  while (element.kind === 'vector') {
    lengths += `[${element.length}]`;
    element = element.element;
  }
  return formatName(element) + lengths;
}

export function sameType(a: Type, b: Type): boolean {
  return typeName(a) === typeName(b);
}

/** The format of the innermost elements. */
export function leafFormat(type: Type): Format {
  return type.kind === 'vector' ? leafFormat(type.element) : type;
}

/** How many innermost elements there are; 1 for a scalar. */
export function leafCount(type: Type): number {
  return type.kind === 'vector' ? type.length * leafCount(type.element) : 1;
}

/** The hardware port that carries values of the type. */
export function portOf(name: string, type: Type): Port {
  const format = leafFormat(type);
  return {
    name,
    width: typeWidth(type),
    lanes: leafCount(type),
    signed: isSigned(format),
    format: formatName(format),
  };
}
