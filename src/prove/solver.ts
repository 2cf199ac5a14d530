import { heapOf } from './heap.js';

/** A literal: twice the variable, plus 1 for its opposite. */
export type Literal = number;

/** What a search found: values of all variables, that there are none, or that the budget was used up. */
export type Answer =
  | { readonly kind: 'satisfiable'; readonly value: (variable: number) => boolean }
  | { readonly kind: 'unsatisfiable' }
  | { readonly kind: 'unknown' };

export interface Budget {
  readonly conflicts: number;
  /** In milliseconds, as `performance.now()` counts them. */
  readonly deadline?: number;
}

const unset = -1;
const decay = 1 / 0.95;

/**
 * Whether the clauses over `count` variables can all be true: conflict-driven clause learning with two watched
 * literals (Moskewicz et al., Chaff, 2001), first unique implication points and restarts by the Luby sequence (Eén
 * and Sörensson, MiniSat, 2003).
 *
 * @param clauses lists of literals, one after another, each preceded by its length
 */
export function satisfy(count: number, clauses: readonly number[], budget: Budget): Answer {
  /** By literal: 1 true, 0 false, −1 neither. */
  const values = new Int8Array(2 * count).fill(unset);
  const level = new Int32Array(count);
  const reason = new Int32Array(count).fill(-1);
  const trail: Literal[] = [];
  const marks: number[] = [];
  const watches: number[][] = Array.from({ length: 2 * count }, () => []);
  const score = new Float64Array(count);
  const order = heapOf(score);
  const phase = new Uint8Array(count);
  const seen = new Uint8Array(count);
  const store: number[] = [];
  let learnt: number[] = [];
  let head = 0;
  let bump = 1;
  let consistent = true;

  function assign(literal: Literal, because: number): void {
    const variable = literal >> 1;
    values[literal] = 1;
    values[literal ^ 1] = 0;
    level[variable] = marks.length;
    reason[variable] = because;
    trail.push(literal);
  }

  /** Clauses lie in `store` as their length followed by their literals; the first two are watched. */
  function keep(literals: readonly Literal[]): number {
    const at = store.length;
    store.push(literals.length, ...literals);
    watches[literals[0]!]!.push(at, literals[1]!);
    watches[literals[1]!]!.push(at, literals[0]!);
    return at;
  }

  function addClause(literals: readonly Literal[]): void {
    const distinct = [...new Set(literals)];
    if (distinct.some((literal) => values[literal] === 1 || distinct.includes(literal ^ 1))) return;
    const open = distinct.filter((literal) => values[literal] === unset);
    if (open.length === 0) consistent = false;
    else if (open.length === 1) assign(open[0]!, -1);
    else keep(open);
  }

  /** Draws all conclusions of what is assigned; gives the clause that became false, or −1. */
  function propagate(): number {
    while (head < trail.length) {
      const conflict = visit(trail[head++]! ^ 1);
      if (conflict >= 0) return conflict;
    }
    return -1;
  }

  function visit(falsified: Literal): number {
    const list = watches[falsified]!;
    let conflict = -1;
    let kept = 0;
    for (let i = 0; i < list.length; i += 2) {
      const [clause, blocker] = [list[i]!, list[i + 1]!];
      if (conflict >= 0 || values[blocker] === 1) {
        list[kept++] = clause;
        list[kept++] = blocker;
        continue;
      }
      const size = store[clause]!;
      // A length of 0 marks a clause that was thrown away.
      if (size === 0) continue;
      if (store[clause + 1] === falsified) swap(clause + 1, clause + 2);
      const first = store[clause + 1]!;
      if (values[first] !== 1 && rewatch(clause, size, first)) continue;
      list[kept++] = clause;
      list[kept++] = first;
      if (values[first] === 0) conflict = clause;
      else if (values[first] === unset) assign(first, clause);
    }
    list.length = kept;
    return conflict;
  }

  function swap(a: number, b: number): void {
    const other = store[a]!;
    store[a] = store[b]!;
    store[b] = other;
  }

  function rewatch(clause: number, size: number, first: Literal): boolean {
    for (let k = 3; k <= size; k++) {
      if (values[store[clause + k]!] === 0) continue;
      swap(clause + 2, clause + k);
      watches[store[clause + 2]!]!.push(clause, first);
      return true;
    }
    return false;
  }

  /** The clause that the conflict teaches, its only literal of this level first; and the level to go back to. */
  function analyse(conflict: number): { readonly clause: Literal[]; readonly back: number } {
    const clause: Literal[] = [0];
    const touched: number[] = [];
    let open = 0;
    let at = trail.length - 1;
    let literal = -1;
    for (let from = conflict; ;) {
      for (let k = 1; k <= store[from]!; k++) {
        const other = store[from + k]!;
        const variable = other >> 1;
        if (other === literal || seen[variable] || level[variable] === 0) continue;
        seen[variable] = 1;
        touched.push(variable);
        raise(variable);
        if (level[variable] === marks.length) open++;
        else clause.push(other);
      }
      while (!seen[trail[at]! >> 1]) at--;
      literal = trail[at--]!;
      if (--open === 0) break;
      from = reason[literal >> 1]!;
    }
    clause[0] = literal ^ 1;
    const short = [clause[0], ...clause.slice(1).filter((other) => !isImplied(other))];
    for (const variable of touched) seen[variable] = 0;
    return { clause: short, back: arrange(short) };
  }

  /** Whether a literal of a learnt clause follows from the others. */
  function isImplied(literal: Literal): boolean {
    const from = reason[literal >> 1]!;
    if (from < 0) return false;
    for (let k = 1; k <= store[from]!; k++) {
      const other = store[from + k]! >> 1;
      if (other !== literal >> 1 && !seen[other] && level[other]! > 0) return false;
    }
    return true;
  }

  /** Puts a literal of the highest level below this one second; gives that level. */
  function arrange(clause: Literal[]): number {
    if (clause.length === 1) return 0;
    let most = 1;
    for (let k = 2; k < clause.length; k++)
      if (level[clause[k]! >> 1]! > level[clause[most]! >> 1]!) most = k;
    [clause[1], clause[most]] = [clause[most]!, clause[1]!];
    return level[clause[1]! >> 1]!;
  }

  function raise(variable: number): void {
    score[variable]! += bump;
    if (score[variable]! > 1e100) {
      for (let v = 0; v < count; v++) score[v]! *= 1e-100;
      bump *= 1e-100;
    }
    order.risen(variable);
  }

  function backTo(target: number): void {
    if (marks.length <= target) return;
    const length = marks[target]!;
    for (let i = trail.length - 1; i >= length; i--) {
      const literal = trail[i]!;
      values[literal] = values[literal ^ 1] = unset;
      phase[literal >> 1] = literal & 1;
      order.push(literal >> 1);
    }
    trail.length = length;
    marks.length = target;
    head = length;
  }

  function learn(conflict: number): void {
    const { clause, back } = analyse(conflict);
    backTo(back);
    if (clause.length === 1) return assign(clause[0]!, -1);
    const at = keep(clause);
    learnt.push(at);
    assign(clause[0]!, at);
    bump *= decay;
  }

  /** Throws away the longer half of the learnt clauses, but for those that are reasons. */
  function forget(): void {
    const sorted = [...learnt].sort((a, b) => store[a]! - store[b]!);
    const half = sorted.length >> 1;
    learnt = sorted.filter((clause, rank) => {
      const isReason = reason[store[clause + 1]! >> 1] === clause && values[store[clause + 1]!] === 1;
      if (rank < half || isReason || store[clause]! <= 2) return true;
      store[clause] = 0;
      return false;
    });
  }

  function decide(): boolean {
    while (order.size() > 0) {
      const variable = order.pop();
      if (values[2 * variable] !== unset) continue;
      marks.push(trail.length);
      assign(2 * variable + phase[variable]!, -1);
      return true;
    }
    return false;
  }

  function search(): Answer {
    const { deadline = Infinity } = budget;
    let conflicts = 0;
    let decisions = 0;
    let limit = learnt.length + 4000;
    for (let round = 1; ; round++) {
      for (let left = 64 * luby(round); left > 0;) {
        const conflict = propagate();
        if (conflict < 0) {
          if (!decide()) return { kind: 'satisfiable', value: (variable) => values[2 * variable] === 1 };
          if (++decisions % 1024 === 0 && performance.now() > deadline) return { kind: 'unknown' };
          continue;
        }
        if (marks.length === 0) return { kind: 'unsatisfiable' };
        learn(conflict);
        left--;
        if (++conflicts >= budget.conflicts) return { kind: 'unknown' };
        if (conflicts % 64 === 0 && performance.now() > deadline) return { kind: 'unknown' };
      }
      backTo(0);
      if (learnt.length > limit) {
        forget();
        limit += 500;
      }
    }
  }

  for (let at = 0; at < clauses.length && consistent; at += clauses[at]! + 1)
    addClause(clauses.slice(at + 1, at + 1 + clauses[at]!));
  if (!consistent) return { kind: 'unsatisfiable' };
  // Later variables stand nearer to what is asked, so they are decided first among equals.
  for (let v = 0; v < count; v++) {
    score[v] = v * 1e-6;
    phase[v] = 1;
    order.push(v);
  }
  return search();
}

/** The Luby sequence 1, 1, 2, 1, 1, 2, 4, …, from its first member on. */
function luby(member: number): number {
  let size = 1;
  while (size < member + 1) size *= 2;
  return size === member + 1 ? size / 2 : luby(member - size / 2 + 1);
}
