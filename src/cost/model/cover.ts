import { cellDelay, cutsOf, isLogic, mostCuts, widest, type Cuts } from './cuts.js';
import { kindNumber } from './elements.js';
import type { Arrangement } from './gates.js';
import { arity, type Sketch } from './sketch.js';

/** The gate that an element is computed by: the elements it reads, in order, and how it is arranged. */
export interface Gate {
  readonly leaves: readonly number[];
  readonly way: Arrangement;
}

/**
 * Picks gates for what outputs and registers need, as mapping for the least delay does: each of these is there as soon as it can be, and
 * what is not urgent for that takes the gate by which the fewest gates are needed.
 */
export function coverOf(sketch: Sketch): (Gate | undefined)[] {
  const { count, kind, a, b, c } = sketch;
  const cuts = cutsOf(sketch);
  const flows = flowsOf(sketch, cuts);
  const chosen = new Array<Gate | undefined>(count);
  const due = new Float64Array(count).fill(Infinity);
  const isNeeded = new Uint8Array(count);
  const need = (id: number, time: number): void => {
    isNeeded[id] = 1;
    due[id] = Math.min(due[id]!, time);
  };
  const needAll = (literals: Iterable<number>): void => {
    for (const literal of literals) need(literal >> 1, cuts.times[literal >> 1]!);
  };
  needAll(sketch.outputs);
  for (let id = 1; id < count; id++) if (kind[id] === REGISTER) needAll([a[id]!]);
  for (let id = count - 1; id > 0; id--) {
    if (isNeeded[id] === 0) continue;
    if (isLogic(kind[id]!)) {
      const gate = gateOf(cuts, cheapest(cuts, flows, id, due[id]!));
      gate.leaves.forEach((leaf, variable) => need(leaf, due[id]! - gate.way.delays[variable]!));
      chosen[id] = gate;
    } else if (arity[kind[id]!]! > 1)
      for (const literal of [a[id]!, b[id]!, c[id]!]) need(literal >> 1, due[id]! - cellDelay);
  }
  return chosen;
}

const { register: REGISTER } = kindNumber;

function gateOf({ leaves, sizes, ways }: Readonly<Cuts>, cut: number): Gate {
  return { leaves: [...leaves.subarray(widest * cut, widest * cut + sizes[cut]!)], way: ways[cut]! };
}

/** Of the cuts that are in time, the one that takes the fewest gates; the soonest always is. */
function cheapest(
  { counts, cutTimes }: Readonly<Cuts>,
  flows: Float64Array,
  id: number,
  due: number,
): number {
  const first = mostCuts * id;
  let best = first;
  for (let cut = first + 1; cut < first + counts[id]! - 1; cut++)
    if (cutTimes[cut]! <= due + tolerance && flows[cut]! < flows[best]!) best = cut;
  return best;
}

/** What sums of nominal delays in different orders may differ by. */
const tolerance = 1e-9;

/** By cut, about how many gates of two inputs it takes with all behind it; what others read too is shared with them. */
function flowsOf({ count, kind, fanout }: Sketch, cuts: Readonly<Cuts>): Float64Array {
  const flows = new Float64Array(mostCuts * count);
  for (let id = 1; id < count; id++) {
    if (!isLogic(kind[id]!)) continue;
    for (let cut = mostCuts * id; cut < mostCuts * id + cuts.counts[id]! - 1; cut++) {
      let flow = sizeOf(cuts, cut);
      for (let k = widest * cut; k < widest * cut + cuts.sizes[cut]!; k++) {
        const leaf = cuts.leaves[k]!;
        flow += flows[mostCuts * leaf]! / Math.max(1, fanout[leaf]!);
      }
      flows[cut] = flow;
    }
  }
  return flows;
}

/** About how large a gate is: by its inputs, and by how much it has to compute. */
function sizeOf({ sizes, ways }: Readonly<Cuts>, cut: number): number {
  const size = sizes[cut]!;
  if (size < 2) return 0;
  let slowest = 0;
  for (let variable = 0; variable < size; variable++)
    slowest = Math.max(slowest, ways[cut]!.delays[variable]!);
  return 0.5 + 0.5 * size + 0.3 * (slowest - 1);
}
