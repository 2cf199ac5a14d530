import { graph, type Ref, type Vector } from './graph.js';
import type { Factor, InnerProduct, Term } from './inner.js';
import { bitsInterval } from './interval.js';
import { shifted } from './fields.js';
import { cutTo, shiftedLeft } from './lane-shifts.js';
import { constantIn, inLane, put, type Held, type Writer } from './lanes.js';
import { comparedLane, fits, laneOf, lanes, neededBits, type Lane, type Need } from './needs.js';
import type { Program } from './program.js';

/** The same program with every vector in the least lane that holds what its readers look at. */
export function inLanes(from: Program): Program {
  const needs = neededBits(from);
  const w: Writer = { g: graph(), from, needs, wanted: wantedLanes(from, needs), held: [] };
  from.graph.vectors.forEach((vector, ref) => {
    w.held.push(needs[ref]!.bits === 0 ? undefined : translated(w, vector, ref));
  });
  const slotLanes = slotLanesOf(from, needs);
  const at = (ref: Ref, lane: Lane): Ref => inLane(w, w.held[ref]!, lane);
  return {
    ...from,
    graph: w.g,
    slotLanes,
    stores: from.stores.map((store) => ({
      ...store,
      value: at(store.value, laneOf(8 * from.outputs[store.port]!.elementBytes)),
    })),
    nexts: from.nexts.map((next) => ({ ...next, value: at(next.value, slotLanes[next.slot]!) })),
    writes: from.writes.map((write) => ({
      ...write,
      offset: at(write.offset, 32),
      data: write.data.map((ref) => at(ref, 32)),
    })),
  };
}

function slotLanesOf({ graph: g, nexts }: Program, needs: readonly Need[]): Lane[] {
  const found: Lane[] = nexts.map(() => 8);
  g.vectors.forEach(({ op, at }, ref) => {
    if (op === 'state') found[at] = laneOf(needs[ref]!.bits);
  });
  return found;
}

function wantedLanes({ graph: g }: Program, needs: readonly Need[]): Lane[] {
  const wanted: Lane[] = g.vectors.map(() => 8);
  g.vectors.forEach(({ operands }, ref) => {
    const lane = laneOf(needs[ref]!.bits);
    if (needs[ref]!.bits > 0) for (const each of operands) if (wanted[each]! < lane) wanted[each] = lane;
  });
  return wanted;
}

function translated(w: Writer, vector: Vector, ref: Ref): Held {
  const { op, operands, at, range } = vector;
  const { bits, full } = w.needs[ref]!;
  const lane = laneOf(bits);
  const held = (operand: Ref): Held => w.held[operand]!;
  const same = (into: Lane): Ref[] => operands.map((each) => inLane(w, held(each), into));
  const [x = 0, y = 0] = operands;
  switch (op) {
    case 'constant':
      return { ref: -1, lane, full: true, range };
    case 'load':
      return loaded(w, vector);
    case 'state':
      return { ref: w.g.place({ ...vector, lane }), lane, full, range };
    case 'gather':
      return { ref: w.g.place({ ...vector, lane, operands: same(32) }), lane, full, range };
    case 'inner':
      return { ref: w.g.place(innerIn(w, vector)), lane: 32, full: true, range };
    case 'and':
      return masked(w, vector, ref) ?? { ref: put(w, op, lane, same(lane)), lane, full, range };
    case 'not':
    case 'andnot':
    case 'or':
    case 'xor':
    case 'add':
    case 'sub':
    case 'mul':
    case 'select':
      return { ref: put(w, op, lane, same(lane)), lane, full, range };
    case 'exp2':
      return { ref: powerOfTwo(w, held(x), lane), lane, full, range };
    case 'shl':
      return { ref: shiftedLeft(w, held(x), at, lane), lane, full, range };
    case 'shrS':
    case 'shrU':
      return shifted(w, vector, ref);
    case 'eq': {
      const compared = comparedLane(held(x).range, held(y).range);
      return { ref: put(w, op, compared, same(compared)), lane: compared, full: true, range };
    }
    case 'ltS':
    case 'minS':
    case 'maxS':
    case 'minU':
      return ordered(w, vector, op);
    case 'ltU':
    case 'mulHighS':
    case 'mulHighU':
      return { ref: put(w, op, 32, same(32)), lane: 32, full: true, range };
    default:
      throw new Error(`${op} in a program of lanes of 32 bits`);
  }
}

/** A byte beside itself is the same in all bytes of a wider lane. */
function powerOfTwo(w: Writer, x: Held, lane: Lane): Ref {
  const bytes = lanes
    .filter((each) => each > 8 && each <= lane)
    .reduce((ref, each) => put(w, 'double', each, [ref]), inLane(w, x, 8));
  return put(w, 'exp2Bytes', lane, [bytes]);
}

/** A mask of a wider word is put on before it is cut to the lesser lane. */
function masked(w: Writer, { operands, range }: Vector, ref: Ref): Held | undefined {
  const [x, y] = operands as [Ref, Ref];
  const mask = w.from.graph.valueOf(y);
  const { lane, ref: word } = w.held[x]!;
  const { bits, full } = w.needs[ref]!;
  if (mask === undefined || mask < 0 || lane <= laneOf(bits)) return undefined;
  return { ref: put(w, 'and', lane, [word, constantIn(w, mask, lane)]), lane, full, range };
}

/** An element of a port. A cut may be to more bits than the element has, of which those above repeat its sign. */
function loaded(w: Writer, vector: Vector): Held {
  const { at, row, cut, range, uniform } = vector;
  const { elementBytes, port } = w.from.inputs[at]!;
  const element = laneOf(8 * elementBytes);
  const ref = w.g.place({ op: 'load', operands: [], at, row, range, uniform, lane: element });
  if (!cut) return { ref, lane: element, full: true, range };
  const lane = cut.bits > element ? laneOf(cut.bits) : element;
  const whole = { ref, lane: element, full: true, range: bitsInterval(element, port.signed) };
  return { ref: cutTo(w, inLane(w, whole, lane), cut.bits, cut.signed, lane), lane, full: true, range };
}

function innerIn(w: Writer, vector: Vector): Vector {
  const { sums, pairs, rest } = vector.inner!;
  const factor = (each: Factor): Factor =>
    each.kind === 'vector' ? { kind: 'vector', ref: inLane(w, w.held[each.ref]!, 16) } : each;
  const term = ({ x, y, range }: Term): Term => ({ x: factor(x), y: factor(y), range });
  const inner: InnerProduct = {
    sums: sums.map(({ terms, bias }) => ({ terms: terms.map(term), bias })),
    pairs: pairs.map((terms) => terms.map(term)),
    rest: rest.map((ref) => inLane(w, w.held[ref]!, 32)),
  };
  const read = [...inner.sums.flatMap(({ terms }) => terms), ...inner.pairs.flat()].flatMap(({ x, y }) =>
    [x, y].flatMap((each) => (each.kind === 'vector' ? [each.ref] : [])),
  );
  return { ...vector, inner, operands: [...inner.rest, ...read] };
}

/** Comparisons of numbers, and the lesser or greater of two. */
function ordered(
  w: Writer,
  { op, operands, range }: Vector,
  signedOp: 'ltS' | 'minS' | 'maxS' | 'minU',
): Held {
  const both = operands.map((ref) => w.held[ref]!);
  const laneFor = (signed: boolean): Lane | undefined =>
    lanes.find((lane) => both.every((each) => fits(each.range, lane, signed)));
  const positive = both.every((each) => each.range.lo >= 0);
  const [signed, unsigned] = [laneFor(true)!, positive ? laneFor(false)! : 32];
  const asUnsigned = unsigned < signed || (op === 'minU' && !positive);
  const lane = asUnsigned ? unsigned : signed;
  const plain = signedOp === 'minU' ? 'minS' : signedOp;
  const used = asUnsigned ? unsignedOps[plain] : plain;
  const ref = put(
    w,
    used,
    lane,
    both.map((each) => inLane(w, each, lane)),
  );
  return { ref, lane, full: true, range };
}

const unsignedOps = { ltS: 'ltU', minS: 'minU', maxS: 'maxU' } as const;
