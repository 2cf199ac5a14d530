import { integer } from './constant.js';
import { evaluate } from './expression.js';
import { gather, isNothing, nothing, type Item } from './item.js';
import { outOfRange } from '../builder/index.js';
import { bounded } from './build.js';
import { limits } from './limits.js';
import { refuseItem, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { ComprehensionSyntax, VectorSyntax } from './syntax.js';

/** `[a, b, c]` */
export function evaluateVector(scope: Scope, { elements, at }: VectorSyntax): Item {
  if (elements.length > limits.elements)
    return refuseItem(scope, at, outOfRange('the length of a vector', elements.length, 1, limits.elements));
  return whole(
    scope,
    elements.map((element) => evaluate(scope, element)),
    at,
  );
}

/** `[element for variable in first..last]`, up to the first element with a fault. */
export function evaluateComprehension(scope: Scope, syntax: ComprehensionSyntax): Item {
  const { element, variable, at } = syntax;
  const first = integer(scope, evaluate(scope, syntax.first), syntax.first.at, 'the start of the range');
  const last = integer(scope, evaluate(scope, syntax.last), syntax.last.at, 'the end of the range');
  if (first === undefined || last === undefined) return nothing;
  const length = last - first + 1n;
  if (length < 1n || length > limits.elements)
    return refuseItem(scope, at, outOfRange('the length of a vector', length, 1, limits.elements));
  const elements: Item[] = [];
  for (let value = first; value <= last; value++) {
    const inner = { name: variable.text, item: { kind: 'integer', value } as const, outer: scope.variables };
    const item = evaluate({ ...scope, variables: inner }, element);
    if (isNothing(item)) return nothing;
    elements.push(item);
  }
  return whole(scope, elements, at);
}

function whole(scope: Scope, elements: readonly Item[], at: Span): Item {
  const item = gather(scope, elements, at);
  return item.kind === 'word' ? bounded(scope, at, item.value) : item;
}
