import type { Diagnostic } from '../base/index.js';
import type { Fixed } from '../format/index.js';
import type { Draft } from '../ir/index.js';
import { mismatch } from './problems.js';
import { typeName, type Type } from './type.js';
import { poison, type Poison, type Scalar, type Value } from './value.js';

/** Where a datapath is being built: the module under construction, and where its faults are collected. */
export interface Context {
  readonly draft: Draft;
  report(diagnostic: Diagnostic): void;
}

/** A scalar whose format is a number. */
export type NumberValue = Scalar & { readonly type: Fixed };

/** Reports a fault at the place under construction and gives poison. */
export function reject(context: Context, diagnostic: Diagnostic): Poison {
  const place = diagnostic.place ?? context.draft.place;
  context.report(place ? { ...diagnostic, place } : diagnostic);
  return poison;
}

/** The value as a number, or undefined after a diagnostic; silent for poison. */
export function numeric(context: Context, value: Value, what: string): NumberValue | undefined {
  if (value.kind === 'poison') return undefined;
  if (value.kind === 'scalar' && value.type.kind === 'fixed') return value as NumberValue;
  reject(context, mismatch(what, 'a number', describe(value)));
  return undefined;
}

/** The value as a scalar of any format, or undefined after a diagnostic; silent for poison. */
export function single(context: Context, value: Value, what: string): Scalar | undefined {
  if (value.kind === 'scalar') return value;
  if (value.kind === 'vector') reject(context, mismatch(what, 'one word', describe(value)));
  return undefined;
}

/** The value as a bool, or undefined after a diagnostic; silent for poison. */
export function truth(context: Context, value: Value, what: string): Scalar | undefined {
  if (value.kind === 'poison') return undefined;
  if (value.kind === 'scalar' && value.type.kind === 'bool') return value;
  reject(context, mismatch(what, 'a bool', describe(value)));
  return undefined;
}

/** The type of a value as the designer would write it. */
export function describe(value: Value): string {
  return value.kind === 'poison' ? 'nothing' : `\`${typeName(value.type as Type)}\``;
}
