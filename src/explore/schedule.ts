/** What is to be run, and how. */
export interface Schedule<T> {
  /** Undefined for what is passed over. */
  readonly items: Iterable<T | undefined>;
  /** How many run at a time. */
  readonly slots: number;
  /** Equal for items that share work. */
  readonly shareOf: (item: T) => string;
  /** How many items may still be begun with. */
  readonly left: () => number;
  /** Runs the item at a place of `items`, from 0. */
  readonly run: (item: T, at: number) => Promise<void>;
}

interface Placed<T> {
  readonly item: T;
  readonly at: number;
}

/** How many items are looked ahead for what shares work. */
const window = 1000;

/**
 * Runs items, several at a time. Those that share work run one behind the other, so that what the first has made is at hand for the others; a slot
 * that finds nothing else to begin with takes from what another has left.
 *
 * @returns how many of `items` were looked at
 */
export async function runScheduled<T>({ items, slots, shareOf, left, run }: Schedule<T>): Promise<number> {
  const source = items[Symbol.iterator]();
  const waiting: Placed<T>[][] = [];
  const begun = new Set<Placed<T>[]>();
  let looked = 0;

  function lookAhead(): void {
    const groups = new Map<string, Placed<T>[]>();
    for (let room = Math.min(window, left()); room > 0;) {
      const next = source.next();
      if (next.done) break;
      const at = looked++;
      if (next.value === undefined) continue;
      room--;
      const share = shareOf(next.value);
      const group = groups.get(share) ?? [];
      groups.set(share, group);
      group.push({ item: next.value, at });
    }
    waiting.push(...groups.values());
  }

  /** What another slot would come to last. */
  function taken(): Placed<T>[] | undefined {
    const most = [...begun].reduce((a, b) => (b.length > a.length ? b : a), []);
    const last = most.pop();
    return last && [last];
  }

  async function slot(): Promise<void> {
    for (let own: Placed<T>[] = []; left() > 0;) {
      if (own.length === 0) {
        begun.delete(own);
        if (waiting.length === 0) lookAhead();
        const group = waiting.shift() ?? taken();
        if (!group) return;
        own = group;
        begun.add(own);
      }
      const { item, at } = own.shift()!;
      await run(item, at);
    }
  }

  await Promise.all(Array.from({ length: slots }, slot));
  return looked;
}
