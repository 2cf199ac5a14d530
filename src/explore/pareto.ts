/** Vectors of objectives, all of them to be made small. */
export type Objectives = readonly number[];

/** Whether `a` is nowhere worse than `b` and better somewhere. */
export function dominates(a: Objectives, b: Objectives): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) better = true;
  }
  return better;
}

/** The positions of those that nothing dominates; equal ones are all kept. */
export function frontOf(all: readonly Objectives[]): number[] {
  // In rising order only what came before can dominate, and what dominates is dominated by something on the front.
  const order = all.map((_, i) => i).sort((a, b) => compare(all[a]!, all[b]!));
  const front: number[] = [];
  for (const i of order) if (!front.some((j) => dominates(all[j]!, all[i]!))) front.push(i);
  return front.sort((a, b) => a - b);
}

function compare(a: Objectives, b: Objectives): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/** A front that grows: points come one by one, and those that are dominated leave. */
export interface GrowingFront<T> {
  readonly members: readonly { readonly value: T; readonly objectives: Objectives }[];
  /** Gives whether the point is on the front now. */
  add(value: T, objectives: Objectives): boolean;
}

export function growingFront<T>(): GrowingFront<T> {
  let members: { readonly value: T; readonly objectives: Objectives }[] = [];
  return {
    get members() {
      return members;
    },
    add(value, objectives) {
      if (members.some((member) => dominates(member.objectives, objectives))) return false;
      members = members.filter((member) => !dominates(objectives, member.objectives));
      members.push({ value, objectives });
      return true;
    },
  };
}

/** The fronts one behind the other: each without those before it (Deb et al., 2002, non-dominated sorting). */
export function layersOf(all: readonly Objectives[]): number[][] {
  const layers: number[][] = [];
  let left = all.map((_, i) => i);
  while (left.length > 0) {
    const front = frontOf(left.map((i) => all[i]!)).map((position) => left[position]!);
    const taken = new Set(front);
    layers.push(front);
    left = left.filter((i) => !taken.has(i));
  }
  return layers;
}

/** How far apart the neighbours of each point of a front are, summed over the objectives; infinite at the ends. */
export function crowding(front: readonly Objectives[]): number[] {
  const distances = front.map(() => 0);
  for (let k = 0; k < (front[0]?.length ?? 0); k++) {
    const order = front.map((_, i) => i).sort((a, b) => front[a]![k]! - front[b]![k]!);
    const [first, last] = [order[0]!, order.at(-1)!];
    const span = front[last]![k]! - front[first]![k]!;
    distances[first] = distances[last] = Infinity;
    if (span > 0)
      for (let i = 1; i < order.length - 1; i++)
        distances[order[i]!]! += (front[order[i + 1]!]![k]! - front[order[i - 1]!]![k]!) / span;
  }
  return distances;
}
