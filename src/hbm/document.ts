import type { Result } from '../base/index.js';
import { readBoard } from './board.js';
import {
  checkedNumber,
  listIn,
  membersOf,
  numberIn,
  placeOf,
  readJsonText,
  textIn,
  type JsonNode,
  type JsonText,
} from './json.js';
import { planOf, planners, portUses, summaryOf, type Plan, type Planner } from './plan.js';
import { portsOf, portTimesNs, type Homes } from './ports.js';
import { illegalPlan, unknownPlanner } from './problems.js';
import { combined, type Slice, type Stored } from './stored.js';
import { readModel, type EmbeddingModel } from './tables.js';

/** A plan as a JSON document: what it comes to, and all that is needed to read it back. */
export function planDocument(plan: Plan) {
  const { model, board, ports, stored, homes } = plan;
  const name = ({ table, first, columns }: Slice): string => {
    const whole = model.tables[table]!;
    return whole.columns === columns ? whole.name : `${whole.name}[${first}..${first + columns - 1}]`;
  };
  return {
    schema: 1,
    planner: plan.planner,
    ...summaryOf(plan),
    channels: portUses(plan),
    stored: stored.map(({ parts, rows, columns, lookups, bytes }, at) => ({
      name: parts.map(name).join(' × '),
      parts,
      rows,
      columns,
      lookups,
      bytes,
      ports: homes[at]!.map((port) => ports[port]!.name),
    })),
    model: modelDocument(model),
    board: boardDocument(board),
  };
}

function modelDocument({ tables, ...model }: EmbeddingModel) {
  return {
    schema: 1,
    ...model,
    tables: tables.map(({ name, rows, columns, lookups }) => ({ name, rows, columns, lookups })),
  };
}

function boardDocument({ name, about, memories, onChip }: Plan['board']) {
  return {
    name,
    about,
    memories: memories.map(({ channelBytes, ...memory }) => ({
      ...memory,
      channelMiB: channelBytes / 2 ** 20,
    })),
    onChip: { banks: onChip.banks, bankKiB: onChip.bankBytes / 1024, readNs: onChip.readNs },
  };
}

/**
 * Reads a document of `planDocument` back. What it says of the plan is not read but found anew; the plan must be
 * legal: every column of every table stored once, in tables of as many lookups, at ports that hold them.
 */
export function parsePlan(file: string, text: string): Result<Plan> {
  return readJsonText(file, text, readPlan);
}

const derived = Object.keys({
  schema: 0,
  tables: 0,
  onChipTables: 0,
  dramTables: 0,
  products: 0,
  pieces: 0,
  rounds: 0,
  storageBytes: 0,
  tableBytes: 0,
  storagePercent: 0,
  features: 0,
  lookupNs: 0,
  boundNs: 0,
  abovePercent: 0,
  lookupsPerSecond: 0,
  itemsPerSecond: 0,
  slowest: 0,
  channels: 0,
});

function readPlan(json: JsonText, root: JsonNode): Plan | undefined {
  const members = membersOf(json, root, 'a plan', [...derived, 'planner', 'stored', 'model', 'board']);
  if (!members) return undefined;
  const planner = textIn(json, members, 'planner') as Planner | undefined;
  if (planner !== undefined && !planners.includes(planner))
    json.faults.push(unknownPlanner(planner, planners, placeOf(json, members.of.get('planner')!)));
  const model = readModel(json, members.of.get('model') ?? root);
  const board = readBoard(json, members.of.get('board') ?? root);
  const nodes = listIn(json, members, 'stored');
  if (!model || !board || !nodes || json.faults.length > 0) return undefined;
  const names = new Map(portsOf(board).map((port, at) => [port.name, at]));
  const read = nodes.map((node) => readStored(json, node, model, names));
  if (json.faults.length > 0) return undefined;
  const stored = read.map((one) => one!.stored);
  const homes = read.map((one) => one!.ports);
  json.faults.push(
    ...legality(model, board, stored, homes).map((what) => illegalPlan(what, placeOf(json, root))),
  );
  const ports = portsOf(board);
  const lookupNs = Math.max(...portTimesNs(ports, stored, homes, model.clockMhz));
  const bytes = stored.reduce((sum, one, at) => sum + one.bytes * homes[at]!.length, 0);
  return planOf(model, board, { stored, homes, lookupNs, bytes }, planner!);
}

function readStored(
  json: JsonText,
  node: JsonNode,
  model: EmbeddingModel,
  names: ReadonlyMap<string, number>,
): { readonly stored: Stored; readonly ports: readonly number[] } | undefined {
  const known = ['name', 'parts', 'rows', 'columns', 'lookups', 'bytes', 'ports'];
  const members = membersOf(json, node, 'a stored table', known);
  if (!members) return undefined;
  const parts = (listIn(json, members, 'parts') ?? []).map((part) => readPart(json, part, model));
  const ports = (listIn(json, members, 'ports') ?? []).map((port) => {
    const at = names.get(String(port.value));
    if (at === undefined)
      json.faults.push(
        illegalPlan(`the board has no port ${JSON.stringify(port.value)}`, placeOf(json, port)),
      );
    return at!;
  });
  if (json.faults.length > 0) return undefined;
  return { stored: combined(model, parts as Slice[]), ports };
}

function readPart(json: JsonText, node: JsonNode, model: EmbeddingModel): Slice | undefined {
  const members = membersOf(json, node, 'a part', ['table', 'first', 'columns']);
  if (!members) return undefined;
  const table = numberIn(json, members, 'table', { least: 0, most: model.tables.length - 1 });
  if (table === undefined) return undefined;
  const width = model.tables[table]!.columns;
  const first = numberIn(json, members, 'first', { least: 0, most: width - 1 });
  const columns =
    members.of.has('columns') &&
    checkedNumber(json, members.of.get('columns')!, '`columns`', { least: 1, most: width - (first ?? 0) });
  return first === undefined || !columns ? undefined : { table, first, columns };
}

/** What is wrong with stored tables and their places: sentences, none for a legal plan. */
export function legality(
  model: EmbeddingModel,
  board: Plan['board'],
  stored: readonly Stored[],
  homes: Homes,
): readonly string[] {
  const wrong: string[] = [];
  const count = model.tables.map(({ columns }) => new Array<number>(columns).fill(0));
  for (const { parts } of stored) {
    for (const { table, first, columns } of parts)
      for (let column = first; column < first + columns; column++) count[table]![column]!++;
    if (new Set(parts.map(({ table }) => model.tables[table]!.lookups)).size > 1)
      wrong.push(`tables with different numbers of lookups are in one product`);
  }
  count.forEach((columns, at) => {
    const column = columns.findIndex((times) => times !== 1);
    if (column >= 0)
      wrong.push(`column ${column} of table ${model.tables[at]!.name} is stored ${columns[column]} times`);
  });
  const used = new Map<number, number>();
  homes.forEach((ports, at) => {
    if (new Set(ports).size !== ports.length) wrong.push(`two copies of stored table ${at} are at one port`);
    if (ports.length > stored[at]!.lookups) wrong.push(`stored table ${at} has more copies than lookups`);
    for (const port of ports) used.set(port, (used.get(port) ?? 0) + stored[at]!.bytes);
  });
  portsOf(board).forEach(({ name, bytes }, at) => {
    const over = (used.get(at) ?? 0) - bytes;
    if (over > 0) wrong.push(`port ${name} holds ${over} bytes too many`);
  });
  return wrong;
}
