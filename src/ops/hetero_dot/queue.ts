/** Items that come out in order, the first of `compare` first. */
export interface PriorityQueue<T> {
  push(item: T): void;
  /** Removes the first item; undefined from an empty queue. */
  pop(): T | undefined;
}

/** An empty queue: a binary heap. `compare` must order all items, or equal ones come in any order. */
export function priorityQueue<T>(compare: (a: T, b: T) => number): PriorityQueue<T> {
  const heap: T[] = [];
  const before = (i: number, j: number): boolean => compare(heap[i]!, heap[j]!) < 0;

  function swap(i: number, j: number): void {
    [heap[i], heap[j]] = [heap[j]!, heap[i]!];
  }

  function sink(): void {
    for (let at = 0; ;) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(child, first)) first = child;
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  }

  return {
    push(item) {
      let at = heap.push(item) - 1;
      for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (heap.length > 0) {
        heap[0] = last!;
        sink();
      }
      return first;
    },
  };
}
