/**
 * Functions of up to four bits, as gates compute them. A function is its table of 16 bits: bit i is what it gives where
 * variable v is bit v of i. It may depend on any of the variables 0 to 3.
 */
export type Table = number;

/**
 * The gates of a library, of which all functions of four bits can be made; which of their pins are inverted does not matter. A
 * pin of an and-or gate is near where it goes straight to the last operation, else far; wide ones have four inputs.
 */
export const gates = [
  'and2',
  'and3',
  'and4',
  'andOrNear',
  'andOrFar',
  'andOrWide',
  'xor',
  'mux',
  'select',
  'majority',
] as const;
export type Gate = (typeof gates)[number];

/** How long they take as gates are picked for elements, in delays of an `and2`: about what they do in all technologies. */
const nominal: Readonly<Record<Gate, number>> = {
  and2: 1,
  and3: 1.25,
  and4: 1.6,
  andOrNear: 1.1,
  andOrFar: 1.3,
  andOrWide: 1.5,
  xor: 1.8,
  mux: 1.6,
  select: 1.8,
  majority: 1.8,
};

/** The gates that are passed from a variable to the outcome, by their numbers in `gates`; `pins[0]` passes none. */
export const pins: (readonly number[])[] = [[]];
const pinNumbers = new Map<string, number>([['', 0]]);
const nominalOf: number[] = [0];

function pinThrough(gate: Gate, before = 0): number {
  const path = [...pins[before]!, gates.indexOf(gate)].sort((a, b) => a - b);
  const key = path.join();
  const known = pinNumbers.get(key);
  if (known !== undefined) return known;
  pinNumbers.set(key, pins.length);
  nominalOf.push(nominalOf[before]! + nominal[gate]);
  return pins.push(path) - 1;
}

/** A way to compute a function: for each variable its pin and how long that takes, nominally. */
export interface Arrangement {
  readonly pins: readonly number[];
  readonly delays: readonly number[];
}

const variables = [0, 1, 2, 3];
const variableTables: readonly Table[] = [0xaaaa, 0xcccc, 0xf0f0, 0xff00];
const all: Table = 0xffff;
/** Arrangements of a function that are kept, none of which is better than another one at all variables. */
const most = 4;

const known: (readonly Arrangement[] | undefined)[] = new Array<undefined>(all + 1);

/** The best arrangements of a function of two variables or more; of one variable it is a wire, of none there is nothing. */
export function arrangementsOf(table: Table): readonly Arrangement[] {
  return (known[table] ??= best(arranged(table), supportOf(table)));
}

/** The table where a variable is 0, and where it is 1; neither depends on it any more. */
function cofactors(table: Table, variable: number): readonly [Table, Table] {
  const by = 1 << variable;
  const high = table & variableTables[variable]!;
  const low = table & ~high;
  return [(low | (low << by)) & all, high | (high >>> by)];
}

/** Whether a function depends on a variable. */
export function dependsOn(table: Table, variable: number): boolean {
  const [no, yes] = cofactors(table, variable);
  return no !== yes;
}

function supportOf(table: Table): number[] {
  return variables.filter((variable) => dependsOn(table, variable));
}

/** The pins of all variables in one list, 0 for those that are not given. */
type Pins = readonly number[];

function pinsOf(given: Readonly<Record<number, number>>): Pins {
  return variables.map((variable) => given[variable] ?? 0);
}

/** The same pin for several variables. */
function samePin(support: readonly number[], pin: number): Record<number, number> {
  return Object.fromEntries(support.map((variable) => [variable, pin]));
}

/** All that comes to mind; of the variables that a function does not depend on, pins mean nothing. */
function arranged(table: Table): Pins[] {
  const support = supportOf(table);
  if (support.length < 2) return [pinsOf({})];
  if (isAnd(table, support))
    return [pinsOf(samePin(support, pinThrough(`and${support.length as 2 | 3 | 4}`)))];
  if (support.length === 2) return [pinsOf(samePin(support, pinThrough('xor')))];
  return [
    ...support.flatMap((variable) => [...lastOf(table, variable), ...selected(table, variable)]),
    ...(support.length === 4 ? splits.flatMap((split) => ofPairs(table, split)) : []),
    ...(isMajority(table, support) ? [pinsOf(samePin(support, pinThrough('majority')))] : []),
  ];
}

/** Whether one assignment of the support alone gives 0, or 1: an `and` or `or` of its bits, inverted or not. */
function isAnd(table: Table, support: readonly number[]): boolean {
  const times = 16 >> support.length;
  const ones = onesOf(table);
  return ones === times || ones === 16 - times;
}

function onesOf(table: Table): number {
  let ones = 0;
  for (let rest = table; rest > 0; rest &= rest - 1) ones++;
  return ones;
}

function isMajority(table: Table, support: readonly number[]): boolean {
  if (support.length !== 3) return false;
  const words = support.map((variable) => variableTables[variable]!);
  return [0, 1, 2, 3, 4, 5, 6, 7].some((flips) => {
    const [x, y, z] = words.map((word, k) => ((flips >> k) & 1 ? word ^ all : word)) as [Table, Table, Table];
    return ((x & y) | (x & z) | (y & z)) === table;
  });
}

/** What a function is of a variable and of the rest, where a single operation joins them. */
function taken(
  table: Table,
  variable: number,
): { readonly by: 'and' | 'xor'; readonly rest: Table } | undefined {
  const [no, yes] = cofactors(table, variable);
  if (no === 0 || no === all) return { by: 'and', rest: yes };
  if (yes === 0 || yes === all) return { by: 'and', rest: no };
  return (no ^ yes) === all ? { by: 'xor', rest: no } : undefined;
}

/** Arrangements in which a variable comes in last. */
function lastOf(table: Table, variable: number): Pins[] {
  const found = taken(table, variable);
  if (!found) return [];
  const { by, rest } = found;
  const support = supportOf(rest);
  const gate = by === 'and' ? 'and2' : 'xor';
  const ways = arrangementsOf(rest).map(({ pins: inner }) =>
    pinsOf({ ...through(gate, inner, support), [variable]: pinThrough(gate) }),
  );
  if (by === 'xor') return ways;
  const near = { [variable]: pinThrough('andOrNear') };
  if (isAnd(rest, support)) {
    const far = pinThrough(support.length === 2 ? 'andOrFar' : 'andOrWide');
    return [pinsOf({ ...samePin(support, far), ...near }), ...ways];
  }
  const isDeep = support.length === 3 && support.some((second) => isAndOr(rest, second));
  return isDeep ? [pinsOf({ ...samePin(support, pinThrough('andOrWide')), ...near }), ...ways] : ways;
}

/** Whether a function of three variables is one of them joined with an `and` of the others. */
function isAndOr(table: Table, variable: number): boolean {
  const found = taken(table, variable);
  if (found?.by !== 'and') return false;
  const support = supportOf(found.rest);
  return support.length === 2 && isAnd(found.rest, support);
}

/** The pins of the support of a function that goes through one more gate. */
function through(gate: Gate, inner: Pins, support: readonly number[]): Record<number, number> {
  return Object.fromEntries(support.map((variable) => [variable, pinThrough(gate, inner[variable])]));
}

/** Four variables as two pairs. */
const splits = [
  [0, 1, 2, 3],
  [0, 2, 1, 3],
  [0, 3, 1, 2],
] as const;

/** Arrangements in which a function of two variables is joined with one of the two others. */
function ofPairs(table: Table, [a, b, c, d]: (typeof splits)[number]): Pins[] {
  const quarters = cofactors(table, a).flatMap((half) => cofactors(half, b));
  const [one, other] = [...new Set(quarters)] as [Table, Table];
  if (new Set(quarters).size !== 2) return [];
  const constant = [one, other].find((quarter) => quarter === 0 || quarter === all);
  const by = constant !== undefined ? 'and' : (one ^ other) === all ? 'xor' : undefined;
  if (by === undefined) return [];
  const second = constant === one ? other : one;
  const isSame = quarters.map((quarter) => quarter === second);
  const isFirstAnd = isSame.filter(Boolean).length !== 2;
  const pair = supportOf(second);
  const isSecondAnd = isAnd(second, pair);
  const gate = by === 'and' ? 'and2' : 'xor';
  const inner = (isAndGate: boolean): number => pinThrough(gate, pinThrough(isAndGate ? 'and2' : 'xor'));
  const way = pinsOf({ ...samePin([a, b], inner(isFirstAnd)), ...samePin([c, d], inner(isSecondAnd)) });
  const isCell = by === 'and' && isFirstAnd && isSecondAnd;
  return isCell ? [pinsOf(samePin(variables, pinThrough('andOrWide'))), way] : [way];
}

/** The arrangement in which a variable selects one of two functions of the others. */
function selected(table: Table, variable: number): Pins[] {
  const halves = cofactors(table, variable);
  if (taken(table, variable)) return [];
  const given: Record<number, number> = { [variable]: pinThrough('select') };
  for (const half of halves) {
    const inner = arrangementsOf(half)[0]!.pins;
    for (const other of supportOf(half)) {
      const pin = pinThrough('mux', inner[other]);
      if (nominalOf[given[other] ?? 0]! < nominalOf[pin]!) given[other] = pin;
    }
  }
  return [pinsOf(given)];
}

/** Those that no other is at least as good as at every variable, the ones with the least delay first. */
function best(ways: readonly Pins[], support: readonly number[]): Arrangement[] {
  const timed = ways.map((way) => ({ pins: way, delays: way.map((pin) => nominalOf[pin]!) }));
  const sum = ({ delays }: Arrangement): number => delays.reduce((total, delay) => total + delay, 0);
  timed.sort((x, y) => Math.max(...x.delays) - Math.max(...y.delays) || sum(x) - sum(y));
  const kept: Arrangement[] = [];
  for (const way of timed)
    if (!kept.some(({ delays }) => support.every((variable) => delays[variable]! <= way.delays[variable]!)))
      kept.push(way);
  return kept.slice(0, most);
}
