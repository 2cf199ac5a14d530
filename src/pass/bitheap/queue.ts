/** Things in the order of their arrival, taken from the front. */
export interface Queue<T extends { readonly at: number }> {
  readonly items: T[];
  head: number;
}

/** A queue of things in any order; of two that arrive at once the one given first comes first. */
export function queue<T extends { readonly at: number }>(items: readonly T[]): Queue<T> {
  return { items: [...items].sort((a, b) => a.at - b.at), head: 0 };
}

export function size({ items, head }: Queue<{ readonly at: number }>): number {
  return items.length - head;
}

/** The `index`th from the front, if there are so many. */
export function peek<T extends { readonly at: number }>(
  { items, head }: Queue<T>,
  index: number,
): T | undefined {
  return items[head + index];
}

/** The first `count`, which must be there. */
export function take<T extends { readonly at: number }>(from: Queue<T>, count: number): T[] {
  from.head += count;
  return from.items.slice(from.head - count, from.head);
}

/** Puts a thing behind all that arrive no later. */
export function put<T extends { readonly at: number }>({ items, head }: Queue<T>, item: T): void {
  let [low, high] = [head, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.at <= item.at) low = middle + 1;
    else high = middle;
  }
  items.splice(low, 0, item);
}
