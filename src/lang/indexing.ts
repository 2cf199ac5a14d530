import { bitRange, describe, element, unknownName, vec, type Type } from '../builder/index.js';
import { formatWidth } from '../format/index.js';
import { build } from './build.js';
import { integer, integerIn } from './constant.js';
import { evaluate } from './expression.js';
import { describeItem, excess, isNothing, lift, nothing, word, type Item } from './item.js';
import { limits } from './limits.js';
import { noOutputsHere, notAVector, wrongUse } from './problems.js';
import { refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { BitsSyntax, Expression, IndexSyntax, OutputSyntax } from './syntax.js';

/** `v[3]`, an element; or `int(8)[16]`, a vector type, whose first brackets are the outermost dimension. */
export function evaluateIndex(scope: Scope, expression: IndexSyntax): Item {
  const indexes: IndexSyntax[] = [];
  let base: Expression = expression;
  for (; base.kind === 'index'; base = base.value) indexes.unshift(base);
  let item = evaluate(scope, base);
  if (item.kind === 'type') return vectorType(scope, item.type, indexes, expression.at);
  for (const { index, at } of indexes) {
    if (isNothing(item)) return nothing;
    item = elementOf(scope, item, index, at);
  }
  return item;
}

function vectorType(scope: Scope, base: Type, indexes: readonly IndexSyntax[], at: Span): Item {
  let type = base;
  for (const { index } of [...indexes].reverse()) {
    const item = evaluate(scope, index);
    const length = integerIn(scope, item, index.at, 'the length of a vector', 1, limits.elements);
    if (length === undefined) return nothing;
    type = vec(type, length);
    const beyond = excess(type);
    if (beyond) return refuseItem(scope, at, wrongUse('a vector', ...beyond));
  }
  return { kind: 'type', type };
}

function elementOf(scope: Scope, item: Item, index: Expression, at: Span): Item {
  const position = integer(scope, evaluate(scope, index), index.at, 'the index');
  if (position === undefined) return nothing;
  if (item.kind === 'list') {
    const most = item.elements.length - 1;
    const place = integerIn(scope, { kind: 'integer', value: position }, index.at, 'the index', 0, most);
    return place === undefined ? nothing : item.elements[place]!;
  }
  const value = lift(scope, item, at);
  if (value.kind === 'scalar') return refuseItem(scope, at, notAVector(describeItem(item)));
  return build(scope, index.at, (datapath) => element(datapath, value, Number(position)));
}

/** `x[7:0]`: the bits from the high to the low one, both included. */
export function evaluateBits(scope: Scope, { value, high, low, at }: BitsSyntax): Item {
  const whole = lift(scope, evaluate(scope, value), value.at);
  if (whole.kind === 'poison') return nothing;
  if (whole.kind === 'vector')
    return refuseItem(scope, value.at, wrongUse('what bits are taken of', 'one word', describe(whole)));
  const width = formatWidth(whole.type);
  const top = integerIn(scope, evaluate(scope, high), high.at, 'the high bit', 0, width - 1);
  if (top === undefined) return nothing;
  const bottom = integerIn(scope, evaluate(scope, low), low.at, 'the low bit', 0, top);
  if (bottom === undefined) return nothing;
  return build(scope, at, (datapath) => bitRange(datapath, whole, top, bottom));
}

/** `call.name`: one output of a called datapath. */
export function evaluateOutput(scope: Scope, { value, name }: OutputSyntax): Item {
  const item = evaluate(scope, value);
  if (isNothing(item)) return nothing;
  const only = item.kind === 'word' ? item.output : undefined;
  if (item.kind === 'word' && only === name.text) return item;
  if (only !== undefined) return refuseItem(scope, name.at, unknownName('output', name.text, [only]));
  if (item.kind !== 'outputs') return refuseItem(scope, value.at, noOutputsHere(describeItem(item)));
  const output = item.outputs.get(name.text);
  if (output) return word(output);
  const what = item.isRecord ? 'field' : 'output';
  return refuseItem(scope, name.at, unknownName(what, name.text, [...item.outputs.keys()]));
}
