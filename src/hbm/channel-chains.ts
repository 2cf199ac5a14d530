/** No member of a chain. */
export const none = -1;

/** Chains of small integers, each in at most one: its neighbours, and the ends of every chain. */
export interface Chains {
  readonly first: Int32Array;
  readonly last: Int32Array;
  next: Int32Array;
  before: Int32Array;
}

/** So many empty chains of members below `members`. */
export function emptyChains(count: number, members: number): Chains {
  return {
    first: new Int32Array(count).fill(none),
    last: new Int32Array(count).fill(none),
    next: new Int32Array(members),
    before: new Int32Array(members),
  };
}

/** Puts a member into a chain, behind one of its members or, behind `none`, at its beginning. */
export function link(chains: Chains, chain: number, member: number, behind: number): void {
  const after = behind === none ? chains.first[chain]! : chains.next[behind]!;
  chains.before[member] = behind;
  chains.next[member] = after;
  if (behind === none) chains.first[chain] = member;
  else chains.next[behind] = member;
  if (after === none) chains.last[chain] = member;
  else chains.before[after] = member;
}

/** Takes a member out of its chain. */
export function unlink(chains: Chains, chain: number, member: number): void {
  const before = chains.before[member]!;
  const after = chains.next[member]!;
  if (before === none) chains.first[chain] = after;
  else chains.next[before] = after;
  if (after === none) chains.last[chain] = before;
  else chains.before[after] = before;
}
