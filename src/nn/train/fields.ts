import type { Diagnostic } from '../../base/index.js';
import { badField, missingField, notAnObject, unknownChoice, unknownField } from './problems.js';

/** Says what is wrong with the value of a field at `path`. */
export type Check = (value: unknown, path: string) => Diagnostic[];

/** A field that an object may have. */
export interface Field {
  readonly check: Check;
  readonly optional?: true;
}

export type Fields = Readonly<Record<string, Field>>;

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  const wanted = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (value, path) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? []
      : [badField(path, value, `a whole number ${wanted}`)];
}

/** A number from `least` to `most`; above `least` if it is `open`. */
export function real(least: number, most: number, open = false): Check {
  return (value, path) => {
    const fits = typeof value === 'number' && value <= most && (open ? value > least : value >= least);
    return fits ? [] : [badField(path, value, `a number ${open ? 'above' : 'from'} ${least} to ${most}`)];
  };
}

export function oneOf(known: readonly string[]): Check {
  return (value, path) => (known.includes(value as string) ? [] : [unknownChoice(path, value, known)]);
}

export const text: Check = (value, path) =>
  typeof value === 'string' && /^[\w.-]+$/.test(value)
    ? []
    : [badField(path, value, 'a name of letters, digits, `_`, `.` and `-`')];

export const flag: Check = (value, path) =>
  typeof value === 'boolean' ? [] : [badField(path, value, 'true or false')];

export function list(check: Check, least = 0): Check {
  return (value, path) =>
    Array.isArray(value) && value.length >= least
      ? value.flatMap((each, i) => check(each, `${path}[${i}]`))
      : [badField(path, value, least > 0 ? 'a list with something in it' : 'a list')];
}

export function object(fields: Fields): Check {
  return (value, path) => {
    if (!isObject(value)) return [notAnObject(path)];
    return objectFaults(value, path, fields);
  };
}

/** An object whose field `by` says which other fields it has. */
export function variants(by: string, kinds: Readonly<Record<string, Fields>>): Check {
  return (value, path) => {
    if (!isObject(value)) return [notAnObject(path)];
    const kind = value[by];
    if (kind === undefined) return [missingField(path, by)];
    if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
      return [unknownChoice(`${path}.${by}`, kind, Object.keys(kinds))];
    }
    return objectFaults(value, path, { [by]: { check: () => [] }, ...kinds[kind] });
  };
}

function objectFaults(value: Readonly<Record<string, unknown>>, path: string, fields: Fields): Diagnostic[] {
  const known = Object.keys(fields);
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
  return [
    ...unknown.map((name) => unknownField(path, name, known)),
    ...Object.entries(fields).flatMap(([name, { check, optional }]) => {
      if (value[name] === undefined) return optional ? [] : [missingField(path, name)];
      return check(value[name], `${path}.${name}`);
    }),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
