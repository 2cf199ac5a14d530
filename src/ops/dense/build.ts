import {
  instantiate,
  pack,
  scalar,
  unpack,
  vec,
  type Datapath,
  type Type,
  type Value,
} from '../../builder/index.js';
import { bool } from '../../format/index.js';
import type { Draft, Id } from '../../ir/index.js';
import { indexWidth } from '../embedding_lookup/shape.js';
import { connectState, counted, equals, named } from '../embedding_lookup/words.js';
import { denseElement, type Element } from './element.js';
import { biasWords, weightWord } from './memories.js';
import { chunksOf, denseSteps, type DenseShape } from './shape.js';

export interface DenseInputs {
  /** The elements of the vector in one word. */
  readonly vector: Id;
  /** What goes along with the vector. */
  readonly faults: Id;
  readonly valid: Id;
  readonly taken: Id;
}

export interface DenseOutputs {
  readonly ready: Id;
  readonly valid: Id;
  readonly result: Id;
  readonly faults: Id;
}

/**
 * The layer. A vector is taken into a register that turns by `lanes` elements a cycle, once round for every row; all elements see
 * the same features, each with weights from a memory of its own. Results are gathered row by row and then held until they are
 * taken. Two vectors can be under way, one that is worked on and one whose results wait: so nothing ever has to stop
 * half-way, and the next vector comes in with the last step of the one before.
 */
export function buildDense(datapath: Datapath, shape: DenseShape, inputs: DenseInputs): DenseOutputs {
  const { draft } = datapath;
  const under = draft.reg(2, 'vectors_under_way');
  const busy = draft.reg(1, 'busy');
  const turn = stepsOf(draft, shape, busy);
  const free = draft.binary('or', draft.not(busy), turn.isLast);
  const ready = draft.binary('and', free, draft.not(draft.slice(under, 1, 1)));
  const accept = named(draft, 'accept', draft.binary('and', inputs.valid, ready));
  connectState(draft, busy, draft.binary('or', accept, draft.binary('and', busy, draft.not(turn.isLast))));

  const chunk = turningVector(draft, shape, inputs.vector, accept, busy);
  const end = rowEnds(draft, shape, draft.binary('and', busy, turn.endsRow));
  const results = elementResults(datapath, shape, { ...turn, chunk, row: end.row });
  const out = handOut(draft, shape, draft.concat(results), end, inputs.taken);
  connectState(draft, under, counted(draft, under, accept, out.goes));
  const faults = keptFaults(draft, shape, inputs.faults, accept, out.goes);
  return { ready, valid: out.valid, result: out.result, faults };
}

interface Turn {
  /** The number of the step among those of a vector. */
  readonly step: Id;
  readonly startsRow: Id;
  readonly endsRow: Id;
  readonly isLast: Id;
}

/** A count that goes from 0 to `count` − 1 and again; a constant for one. */
function turns(draft: Draft, name: string, count: number, moves: Id): { number: Id; isLast: Id } {
  const width = indexWidth(count);
  const zero = draft.constant(0n, width);
  if (count === 1) return { number: zero, isLast: draft.constant(1n, 1) };
  const number = draft.reg(width, name);
  const isLast = named(draft, `${name}_is_last`, equals(draft, number, count - 1));
  const next = draft.binary('add', number, draft.constant(1n, width));
  connectState(draft, number, draft.mux(isLast, zero, next), moves);
  return { number, isLast };
}

function stepsOf(draft: Draft, shape: DenseShape, busy: Id): Turn {
  const { number: step, isLast } = turns(draft, 'step', denseSteps(shape), busy);
  const chunk = turns(draft, 'chunk', chunksOf(shape), busy);
  return { step, startsRow: equals(draft, chunk.number, 0), endsRow: chunk.isLast, isLast };
}

/** The features of a step, one cycle behind it. */
function turningVector(draft: Draft, shape: DenseShape, given: Id, accept: Id, busy: Id): Id {
  const own = shape.lanes * shape.x.width;
  const width = own * chunksOf(shape);
  const loaded = draft.extend(given, width, false);
  const vector = draft.reg(width, 'vector');
  const turned =
    width === own
      ? vector
      : draft.concat([draft.slice(vector, own, width - own), draft.slice(vector, 0, own)]);
  const moves = draft.binary('or', accept, busy);
  draft.connect(vector, draft.mux(accept, loaded, turned), { enable: moves });
  const chunk = draft.reg(own, 'features');
  draft.connect(chunk, draft.slice(vector, 0, own), { enable: busy });
  return chunk;
}

interface RowEnds {
  /** Whether the results of a row are there. */
  readonly comes: Id;
  /** Whether they are those of the last row. */
  readonly isLast: Id;
  /** The number of the row whose results come in the next cycle. */
  readonly row: Id;
}

/** Results come three cycles behind the last step of their row. */
function rowEnds(draft: Draft, shape: DenseShape, ends: Id): RowEnds {
  const later = (name: string, bit: Id): Id => {
    const register = draft.reg(1, name);
    connectState(draft, register, bit);
    return register;
  };
  const near = later('row_ends_2', later('row_ends_1', ends));
  const rows = turns(draft, 'row', shape.outputs / shape.elements, near);
  const last = draft.binary('and', near, rows.isLast);
  return { comes: later('row_ends_3', near), isLast: later('vector_ends_3', last), row: rows.number };
}

/** What all elements give, as words of `y`. */
function elementResults(
  datapath: Datapath,
  shape: DenseShape,
  { step, startsRow, chunk, row }: Turn & { readonly chunk: Id; readonly row: Id },
): readonly Id[] {
  const { draft } = datapath;
  const { elements, lanes, x, w, biases } = shape;
  const element = denseElement(shape);
  const starts = draft.reg(1, 'row_starts');
  draft.connect(starts, startsRow);
  const features = unpack(draft, chunk, vec(x, lanes));
  const bias = biases.length > 0 ? biasWords(draft, shape, row) : [];
  return Array.from({ length: elements }, (_, k) => {
    const weights = unpack(draft, weightWord(draft, shape, k, step), vec(w, lanes));
    const given = [features, weights, scalar(bool, starts), ...(bias[k] ? [bias[k]] : [])];
    return pack(draft, instanceOf(datapath, element, given, `element_${k}`));
  });
}

function instanceOf(
  datapath: Datapath,
  { design, inputs, outputs }: Element,
  given: readonly Value[],
  name: string,
): Value {
  const types: { inputs: readonly Type[]; outputs: readonly Type[] } = { inputs, outputs };
  return instantiate(datapath, design, given, types, name)[0]!;
}

/** Gathers the results of all rows, and holds them until they are taken. */
function handOut(draft: Draft, shape: DenseShape, fresh: Id, { comes, isLast }: RowEnds, taken: Id) {
  const width = shape.outputs * shape.y.width;
  const own = draft.widthOf(fresh);
  const gathered = draft.reg(width, 'gathered');
  const shifted = width === own ? fresh : draft.concat([draft.slice(gathered, own, width - own), fresh]);
  draft.connect(gathered, shifted, { enable: comes });

  const valid = draft.reg(1, 'result_waits');
  const goes = draft.binary('and', valid, taken);
  const full = draft.reg(1, 'all_gathered');
  const moves = draft.binary('and', full, draft.binary('or', draft.not(valid), taken));
  connectState(draft, full, draft.binary('or', isLast, draft.binary('and', full, draft.not(moves))));
  connectState(draft, valid, draft.binary('or', moves, draft.binary('and', valid, draft.not(taken))));
  const result = draft.reg(width, 'result');
  draft.connect(result, gathered, { enable: moves });
  return { valid, goes, result };
}

/** What came with the vector whose results are handed out next: of two that are under way, by turns. */
function keptFaults(draft: Draft, { faultBits }: DenseShape, given: Id, accept: Id, goes: Id): Id {
  const turn = (name: string, moves: Id): Id => {
    const bit = draft.reg(1, name);
    connectState(draft, bit, draft.not(bit), moves);
    return bit;
  };
  const memory = draft.memory({
    name: 'faults_kept',
    width: faultBits,
    depth: 2,
    synchronous: false,
    contents: [],
  });
  draft.write(memory, turn('put_faults', accept), given, accept);
  return draft.read(memory, turn('turn_of_faults', goes));
}
