import type { Place, Result } from '../base/index.js';
import {
  listIn,
  membersOf,
  numberIn,
  optionalNumber,
  placeOf,
  readJsonText,
  textIn,
  type JsonNode,
  type JsonText,
} from './json.js';
import { readNetwork, type Network } from './network.js';
import { sameName, tooManyTables } from './problems.js';

/** An embedding table of a model. An item reads `lookups` of its rows, each chosen by an index of the item. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  /** Elements of a row. */
  readonly columns: number;
  readonly lookups: number;
  /** Where the user wrote it. */
  readonly place?: Place;
}

/** The tables of a recommendation model, in the order in which their rows make up the feature vector. */
export interface EmbeddingModel {
  readonly name: string;
  readonly elementBits: number;
  /** The clock of the lookup engine and the network. */
  readonly clockMhz: number;
  readonly tables: readonly Table[];
  /** The network that the feature vector goes through, if it is known. */
  readonly network?: Network;
}

export const elementWidths = { least: 8, most: 64 } as const;
export const clocksMhz = { least: 1, most: 5000 } as const;
const mostTables = 2048;
const known = ['schema', 'name', 'about', 'source', 'elementBits', 'clockMhz', 'tables', 'network'];

/** How many elements the feature vector has: the columns of every table, once for each lookup. */
export function featuresOf({ tables }: Pick<EmbeddingModel, 'tables'>): number {
  return tables.reduce((sum, { columns, lookups }) => sum + columns * lookups, 0);
}

/** The bytes that tables take as they are. */
export function tableBytes({ tables, elementBits }: EmbeddingModel): number {
  return tables.reduce((sum, { rows, columns }) => sum + rows * rowBytes(columns, elementBits), 0);
}

/** The bytes of a row; rows begin at whole bytes. */
export function rowBytes(columns: number, elementBits: number): number {
  return Math.ceil((columns * elementBits) / 8);
}

/**
 * Reads a description of a model's tables, in the form that docs/embeddings.md explains.
 *
 * @returns the model, or every fault of the text with its place
 */
export function parseTables(file: string, text: string): Result<EmbeddingModel> {
  return readJsonText(file, text, readModel);
}

export function readModel(json: JsonText, root: JsonNode): EmbeddingModel | undefined {
  const members = membersOf(json, root, 'a model', known);
  if (!members) return undefined;
  optionalNumber(json, members, 'schema', { least: 1, most: 1 }, 1);
  const name = textIn(json, members, 'name');
  const elementBits = numberIn(json, members, 'elementBits', elementWidths);
  const clockMhz = optionalNumber(json, members, 'clockMhz', clocksMhz, 200, false);
  const tables = readTables(json, listIn(json, members, 'tables') ?? []);
  const networkNode = members.of.get('network');
  const network = networkNode && readNetwork(json, networkNode);
  if (json.faults.length > 0) return undefined;
  return { name: name!, elementBits: elementBits!, clockMhz: clockMhz!, tables, ...(network && { network }) };
}

function readTables(json: JsonText, nodes: readonly JsonNode[]): readonly Table[] {
  const tables: Table[] = [];
  const names = new Map<string, Place>();
  for (const node of nodes) {
    const place = placeOf(json, node);
    for (const table of readTable(json, node)) {
      if (names.has(table.name)) json.faults.push(sameName(table.name, place));
      names.set(table.name, place);
      tables.push({ ...table, place });
    }
    if (tables.length > mostTables) {
      json.faults.push(tooManyTables(mostTables, place));
      break;
    }
  }
  return tables;
}

/** The tables of one entry: `count` of a kind. */
function readTable(json: JsonText, node: JsonNode): readonly Table[] {
  const members = membersOf(json, node, 'a table', ['name', 'rows', 'columns', 'count', 'lookups']);
  if (!members) return [];
  const rows = numberIn(json, members, 'rows', { least: 1, most: 2 ** 36 });
  const columns = numberIn(json, members, 'columns', { least: 1, most: 4096 });
  const count = optionalNumber(json, members, 'count', { least: 1, most: mostTables }, 1);
  const lookups = optionalNumber(json, members, 'lookups', { least: 1, most: 1024 }, 1);
  const named = members.of.has('name') ? textIn(json, members, 'name') : undefined;
  if (rows === undefined || columns === undefined || count === undefined || lookups === undefined) return [];
  const name = named ?? `${columns}x${rows}`;
  return Array.from({ length: count }, (_, at) => ({
    name: count === 1 ? name : `${name}#${at}`,
    rows,
    columns,
    lookups,
  }));
}
