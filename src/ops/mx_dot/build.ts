import { elementsOf, scalar, type Arguments, type Datapath, type Value } from '../../builder/index.js';
import { bool, type Fixed, type Float, type NumberFormat, type Rounding } from '../../format/index.js';
import type { Id } from '../../ir/index.js';
import { integerOf } from '../arguments.js';
import { blockTerm, type Term } from './block.js';
import { accumulateFixed } from './fixed.js';
import { accumulateFloat } from './float.js';
import { any } from './special.js';

/** A term for each block, and the terms added up. */
export function buildMxDot(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Value[] {
  const terms = termsOf(datapath, p, inputs);
  const to = p['to'] as Float | Fixed;
  const mode = p['mode'] as Rounding;
  if (to.kind === 'float') return [accumulateFloat(datapath, terms, to, mode)];
  const { draft } = datapath;
  const { total, overflow } = accumulateFixed(datapath, terms, to, mode);
  const invalid = any(
    draft,
    terms.flatMap((term) => [term.nan, term.infinite]),
  )!;
  draft.hint(invalid, 'invalid');
  const valid = draft.not(invalid);
  const kept = (id: Id): Id => draft.binary('and', id, draft.extend(valid, draft.widthOf(id), true));
  return [scalar(to, kept(total.id)), scalar(bool, invalid), scalar(bool, kept(overflow))];
}

function termsOf(datapath: Datapath, p: Arguments, inputs: readonly Value[]): Term[] {
  const [a, b, aScales, bScales] = inputs.map(elementsOf) as [Value[], Value[], Value[], Value[]];
  const block = integerOf(p, 'block');
  const formats = {
    a: p['a'] as NumberFormat,
    b: p['b'] as NumberFormat,
    aScale: p['a_scale'] as Float,
    bScale: p['b_scale'] as Float,
  };
  return aScales.map((scale, k) => {
    const own = (values: readonly Value[]): readonly Value[] => values.slice(k * block, (k + 1) * block);
    return blockTerm(datapath, formats, [own(a), own(b)], [scale, bScales[k]!], `block_${k}`);
  });
}
