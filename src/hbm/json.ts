import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { failure, success, type Diagnostic, type Place, type Result } from '../base/index.js';
import { badSyntax, missingField, outOfRange, twice, unknownField, wrongKind } from './problems.js';

/** A JSON text that is being read, and what was found wrong with it so far. */
export interface JsonText {
  readonly file: string;
  readonly text: string;
  readonly faults: Diagnostic[];
}

/** A value of a JSON text, with its place. */
export type JsonNode = Node;

/** The members of an object by name, and the object itself. */
export interface Members {
  readonly node: JsonNode;
  readonly of: ReadonlyMap<string, JsonNode>;
}

/** Which numbers are allowed, both ends included. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * Reads a JSON text by a function that takes its root and notes faults in `json`.
 *
 * @returns what the function gave, or all faults: of the syntax, or those that the function noted
 */
export function readJsonText<T>(
  file: string,
  text: string,
  read: (json: JsonText, root: JsonNode) => T | undefined,
): Result<T> {
  const json: JsonText = { file, text, faults: [] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  for (const { error, offset, length } of errors)
    json.faults.push(badSyntax(printParseErrorCode(error), placeAt(json, offset, length)));
  if (!root || json.faults.length > 0) {
    if (json.faults.length === 0) json.faults.push(badSyntax('ValueExpected', placeAt(json, 0, 1)));
    return failure(...json.faults);
  }
  const value = read(json, root);
  return value === undefined || json.faults.length > 0 ? failure(...json.faults) : success(value);
}

/** Where a value stands. */
export function placeOf(json: JsonText, node: JsonNode): Place {
  return placeAt(json, node.offset, node.length);
}

function placeAt({ file, text }: JsonText, offset: number, length: number): Place {
  const before = text.slice(0, offset).split('\n');
  const rest = text.slice(offset, offset + length).split('\n')[0]!;
  return {
    file,
    line: before.length,
    column: before.at(-1)!.length + 1,
    length: Math.max(1, rest.length),
  };
}

/** The members of an object; notes what is no object, and members that are unknown or written twice. */
export function membersOf(
  json: JsonText,
  node: JsonNode,
  what: string,
  known: readonly string[],
): Members | undefined {
  if (node.type !== 'object') {
    json.faults.push(wrongKind(what, 'an object', placeOf(json, node)));
    return undefined;
  }
  const of = new Map<string, JsonNode>();
  for (const { children } of node.children ?? []) {
    const [key, value] = children!;
    const name = key!.value as string;
    if (!known.includes(name)) json.faults.push(unknownField(what, name, known, placeOf(json, key!)));
    else if (of.has(name)) json.faults.push(twice(name, placeOf(json, key!)));
    else of.set(name, value!);
  }
  return { node, of };
}

/** A number that must be there, and whole where `whole`; notes what is wrong with it and then gives undefined. */
export function numberIn(
  json: JsonText,
  { node, of }: Members,
  name: string,
  range: Range,
  whole = true,
): number | undefined {
  const found = of.get(name);
  if (found) return checkedNumber(json, found, `\`${name}\``, range, whole);
  json.faults.push(missingField(name, placeOf(json, node)));
  return undefined;
}

/** The same for a number that may be left out. */
export function optionalNumber<T>(
  json: JsonText,
  members: Members,
  name: string,
  range: Range,
  preset: T,
  whole = true,
): number | T | undefined {
  return members.of.has(name) ? numberIn(json, members, name, range, whole) : preset;
}

export function checkedNumber(
  json: JsonText,
  node: JsonNode,
  what: string,
  { least, most }: Range,
  whole = true,
): number | undefined {
  const kind = whole ? 'a whole number' : 'a number';
  const value = node.value as unknown;
  if (typeof value !== 'number' || (whole && !Number.isInteger(value)))
    json.faults.push(wrongKind(what, kind, placeOf(json, node)));
  else if (value < least || value > most)
    json.faults.push(outOfRange(what, value, least, most, placeOf(json, node)));
  else return value;
  return undefined;
}

/** A text that must be there and must not be empty. */
export function textIn(json: JsonText, { node, of }: Members, name: string): string | undefined {
  const found = of.get(name);
  if (!found) json.faults.push(missingField(name, placeOf(json, node)));
  else if (typeof found.value !== 'string' || found.value === '')
    json.faults.push(wrongKind(`\`${name}\``, 'a text that is not empty', placeOf(json, found)));
  else return found.value;
  return undefined;
}

/** The elements of a list that must be there and must not be empty. */
export function listIn(json: JsonText, { node, of }: Members, name: string): readonly JsonNode[] | undefined {
  const found = of.get(name);
  if (!found) json.faults.push(missingField(name, placeOf(json, node)));
  else if (found.type !== 'array' || (found.children ?? []).length === 0)
    json.faults.push(wrongKind(`\`${name}\``, 'a list of at least one', placeOf(json, found)));
  else return found.children!;
  return undefined;
}
