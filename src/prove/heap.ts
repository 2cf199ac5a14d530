/** A binary heap of numbered things, the one of the greatest score on top; scores may rise while they are in it. */
export interface Heap {
  readonly size: () => number;
  has(item: number): boolean;
  push(item: number): void;
  /** Takes the top out; the heap must not be empty. */
  pop(): number;
  /** To be called after the score of `item` has risen. */
  risen(item: number): void;
}

/** An empty heap over the items 0 to `count` − 1 with those scores. */
export function heapOf(score: Float64Array): Heap {
  const items = new Int32Array(score.length);
  const position = new Int32Array(score.length).fill(-1);
  let size = 0;

  function place(item: number, at: number): void {
    items[at] = item;
    position[item] = at;
  }

  function up(item: number): void {
    let at = position[item]!;
    while (at > 0) {
      const parent = items[(at - 1) >> 1]!;
      if (score[parent]! >= score[item]!) break;
      place(parent, at);
      at = (at - 1) >> 1;
    }
    place(item, at);
  }

  function down(item: number, from: number): void {
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && score[items[child + 1]!]! > score[items[child]!]!) child++;
      if (score[items[child]!]! <= score[item]!) break;
      place(items[child]!, at);
      at = child;
    }
    place(item, at);
  }

  return {
    size: () => size,
    has: (item) => position[item]! >= 0,
    push(item) {
      if (position[item]! >= 0) return;
      place(item, size++);
      up(item);
    },
    pop() {
      const top = items[0]!;
      position[top] = -1;
      const last = items[--size]!;
      if (size > 0) down(last, 0);
      return top;
    },
    risen(item) {
      if (position[item]! >= 0) up(item);
    },
  };
}
