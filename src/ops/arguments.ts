import type { Arguments, Type } from '../builder/index.js';
import type { Fixed, Format } from '../format/index.js';

/** The fixed-point format in argument `name`; the caller's parameters guarantee that there is one. */
export function fixedOf(p: Arguments, name: string): Fixed {
  const format = p[name] as Format;
  if (format.kind !== 'fixed') throw new Error(`${name} is no number format`);
  return format;
}

/** The integer in argument `name`. */
export function integerOf(p: Arguments, name: string): number {
  return p[name] as number;
}

/** The integers in argument `name`. */
export function listOf(p: Arguments, name: string): readonly number[] {
  return p[name] as readonly number[];
}

/** `{[name]: format}` if the type is a single number, else nothing. */
export function scalarFormat(name: string, type: Type | undefined): Arguments {
  return type?.kind === 'fixed' ? { [name]: type } : {};
}

/** `{[name]: format}` if the type is a vector of numbers, else nothing. */
export function elementFormat(name: string, type: Type | undefined): Arguments {
  return type?.kind === 'vector' ? scalarFormat(name, type.element) : {};
}
