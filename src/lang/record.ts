import { vec, type Value } from '../builder/index.js';
import { type BlockFormat } from '../format/index.js';
import { evaluate } from './expression.js';
import { isNothing, lift, nothing, type Item, type NamedType } from './item.js';
import { definedTwice, unnamedField } from './problems.js';
import { refuse, refuseItem, type Scope } from './scope.js';
import type { Name, RecordSyntax } from './syntax.js';

/** `{a: int(8), b: bool}`, the type of a record, or `{a: x, b: y}`, a record. */
export function evaluateRecord(scope: Scope, { fields, at }: RecordSyntax): Item {
  const items = fields.map(({ value }) => evaluate(scope, value));
  const names = fields.flatMap(({ name }) => (name ? [name] : []));
  if (names.length < fields.length || fields.length === 0) return refuseItem(scope, at, unnamedField());
  if (hasTwins(scope, names) || items.some(isNothing)) return nothing;
  if (items.every((item) => item.kind === 'type'))
    return {
      kind: 'record type',
      fields: items.map(({ type }, i): NamedType => ({ name: names[i]!.text, type })),
    };
  const values = items.map((item, i): [string, Value] => [
    names[i]!.text,
    lift(scope, item, fields[i]!.value.at),
  ]);
  if (values.some(([, value]) => value.kind === 'poison')) return nothing;
  return { kind: 'outputs', outputs: new Map(values), isRecord: true };
}

function hasTwins(scope: Scope, names: readonly Name[]): boolean {
  const lines = new Map<string, number>();
  let twins = false;
  for (const { text, at } of names) {
    const first = lines.get(text);
    if (first !== undefined) refuse(scope, at, definedTwice(at, text, first));
    twins ||= first !== undefined;
    lines.set(text, at.line);
  }
  return twins;
}

/** A block of scaled numbers as a record: its elements and the scale they share. */
export function blockType({ element, block, scale }: BlockFormat): Item {
  return {
    kind: 'record type',
    fields: [
      { name: 'elements', type: vec(element, block) },
      { name: 'scale', type: scale },
    ],
  };
}
