import { leaves, scalar, wrap, type Datapath, type Scalar, type Value } from '../../builder/index.js';
import type { Fixed } from '../../format/index.js';
import type { Id } from '../../ir/index.js';
import { buildDot, sumTree } from './build.js';
import { biasOf, centringOf, evenParts, type Block, type Centring } from './packing.js';
import { dotType } from './reference.js';

/** The formats of the operands and of an inner product. */
export interface DotFormats {
  readonly a: Fixed;
  readonly b: Fixed;
  readonly to: Fixed;
}

/**
 * Inner products of one vector with several, row by row, where the products with the same element of `a` share the
 * multiplier of a block. There must be a packing of at least two rows.
 */
export function buildPacked(
  datapath: Datapath,
  a: Value,
  rows: readonly Value[],
  formats: DotFormats,
  block: Block,
): Value[] {
  const most = centringOf(formats.a, formats.b, rows.length, block)!.packing.rows;
  let from = 0;
  return evenParts(rows.length, most).flatMap((count) => {
    const group = rows.slice(from, (from += count));
    const centring = centringOf(formats.a, formats.b, count, block);
    if (!centring) return group.map((row) => buildDot(datapath, a, row, formats.to));
    return buildGroup(datapath, leaves(a), group.map(leaves), formats, centring);
  });
}

/** As many rows as share one multiplier for each element of `a`. */
function buildGroup(
  datapath: Datapath,
  a: readonly Scalar[],
  rows: readonly (readonly Scalar[])[],
  formats: DotFormats,
  centring: Centring,
): Value[] {
  const { draft } = datapath;
  const centre = (words: readonly Scalar[], format: Fixed): readonly Scalar[] =>
    words.map((word) =>
      word.type.kind === 'fixed' && word.type.signed === format.signed
        ? word
        : scalar(format, flipped(draft, word.id)),
    );
  const left = centre(a, centring.a);
  const right = rows.map((row) => centre(row, centring.b));
  const sums = packedSums(draft, left, right, centring);
  const half = (words: readonly Scalar[], format: Fixed): Value =>
    raised(draft, sumTree(datapath, words), format.width - 1, formats.to.fraction);
  return sums.map((terms, j) => {
    const ofA = centring.a.signed === formats.a.signed ? [] : [half(rows[j]!, formats.a)];
    const ofB = centring.b.signed === formats.b.signed ? [] : [half(left, formats.b)];
    return wrap(datapath, sumTree(datapath, [...terms, ...ofA, ...ofB]), formats.to);
  });
}

/** The terms of each row's sum. */
function packedSums(
  draft: Draft,
  a: readonly Scalar[],
  rows: readonly (readonly Scalar[])[],
  { a: left, b: right, packing: { step, lanes: most } }: Centring,
): Scalar[][] {
  const sums: Scalar[][] = rows.map(() => []);
  let from = 0;
  let rest = 0n;
  for (const lanes of evenParts(a.length, most)) {
    const to = from + lanes;
    const words = rows.map((row) => row.slice(from, to).map(({ id }) => id));
    const bias = biasOf(left, right, step, lanes);
    const type = dotType(left, right, lanes);
    const shared = a
      .slice(from, to)
      .map(({ id }) => draft.extend(id, left.width + (left.signed ? 0 : 1), false));
    const sum = chained(draft, shared, words, right, step, bias, type.width);
    fieldsOf(draft, sum, rows.length, type, step, bias).forEach((field, j) => sums[j]!.push(field));
    if (bias > 0n) rest += (1n << BigInt(step - 1)) - bias;
    from = to;
  }
  if (rest === 0n) return sums;
  const type = { ...dotType(left, right, a.length), signed: true };
  const last = scalar(type, draft.constant(rest, type.width));
  return sums.map((terms, j) => (j < rows.length - 1 ? [...terms, last] : terms));
}

/** Multipliers in a chain, whose sum has a field of `step` bits for each row, raised by `bias`, and `top` bits for the last. */
function chained(
  draft: Draft,
  a: readonly Id[],
  rows: readonly (readonly Id[])[],
  format: Fixed,
  step: number,
  bias: bigint,
  top: number,
): Id {
  const width = step * (rows.length - 1) + top;
  const products = a.map((factor, k) => {
    const words = rows.map((row) => row[k]!);
    const packed = packedWord(draft, words, format, step);
    const product = draft.mul(factor, packed, true);
    draft.hint(packed, 'packed_rows');
    draft.hint(product, 'shared_product');
    return fitted(draft, product, width);
  });
  const all = rows.slice(1).reduce((sum, _, j) => sum + (bias << BigInt(step * j)), 0n);
  const terms = bias > 0n ? [draft.constant(all, width), ...products] : products;
  return terms.reduce((sum, term) => {
    const next = draft.binary('add', sum, term);
    draft.hint(next, 'shared_sum');
    return next;
  });
}

/** The rows' sums: of all but the last without their bias, but for what it is less than half of the field. */
function fieldsOf(draft: Draft, sum: Id, rows: number, type: Fixed, step: number, bias: bigint): Scalar[] {
  const fields = Array.from({ length: rows - 1 }, (_, j) => {
    const field = draft.slice(sum, step * j, step);
    if (bias === 0n) return scalar({ ...type, signed: false, width: step }, field);
    return scalar({ ...type, width: step }, flipped(draft, field));
  });
  return [...fields, scalar(type, draft.slice(sum, step * (rows - 1), type.width))];
}

type Draft = Datapath['draft'];

/** The word with its top bit inverted: half of its range less or more. */
function flipped(draft: Draft, word: Id): Id {
  const top = draft.widthOf(word) - 1;
  const sign = draft.not(draft.slice(word, top, 1));
  return top === 0 ? sign : draft.concat([draft.slice(word, 0, top), sign]);
}

/** A number times 2^by, in units of `fraction` bits. */
function raised(draft: Draft, value: Value, by: number, fraction: number): Value {
  if (value.kind !== 'scalar' || value.type.kind !== 'fixed') return value;
  const id = by === 0 ? value.id : draft.concat([draft.constant(0n, by), value.id]);
  return scalar({ ...value.type, width: value.type.width + by, fraction }, id);
}

function fitted(draft: Draft, word: Id, width: number): Id {
  return draft.widthOf(word) > width ? draft.slice(word, 0, width) : draft.extend(word, width, true);
}

/** Σ_j b_j · 2^(step·j) as a signed word: a field that is negative takes one from the next. */
function packedWord(draft: Draft, words: readonly Id[], format: Fixed, step: number): Id {
  let borrow: Id | undefined;
  const fields = words.map((id, j) => {
    const width = j === words.length - 1 ? format.width + 1 : step;
    const own = draft.extend(id, width, format.signed);
    const field = borrow === undefined ? own : draft.binary('sub', own, draft.extend(borrow, width, false));
    if (format.signed) borrow = draft.slice(field, width - 1, 1);
    return field;
  });
  return draft.concat(fields);
}
