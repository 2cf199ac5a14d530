import { select } from '../builder/index.js';
import { build } from './build.js';
import { evaluateCall } from './call.js';
import { evaluateBits, evaluateIndex, evaluateOutput } from './indexing.js';
import { describeItem, isNothing, lift, nothing, type Item } from './item.js';
import { lookUp } from './names.js';
import { evaluateBinary, evaluateUnary } from './operator.js';
import { wrongUse } from './problems.js';
import { evaluateRecord } from './record.js';
import { enter, leave, refuseItem, type Scope } from './scope.js';
import type { ChooseSyntax, Expression } from './syntax.js';
import { evaluateComprehension, evaluateVector } from './vector.js';

/** What an expression stands for; every fault is reported, and stands as poison from then on. */
export function evaluate(scope: Scope, expression: Expression): Item {
  const item = enter(scope, expression.at) ? evaluateKind(scope, expression) : nothing;
  leave(scope);
  return item;
}

function evaluateKind(scope: Scope, expression: Expression): Item {
  switch (expression.kind) {
    case 'integer':
      return { kind: 'integer', value: expression.value };
    case 'truth':
      return { kind: 'truth', value: expression.value };
    case 'text':
      // The parser lets text stand in sweeps only.
      return nothing;
    case 'name':
      return lookUp(scope, expression.name, expression.at);
    case 'group':
      return evaluate(scope, expression.inner);
    case 'unary':
      return evaluateUnary(scope, expression);
    case 'binary':
      return evaluateBinary(scope, expression);
    case 'choose':
      return evaluateChoose(scope, expression);
    case 'vector':
      return evaluateVector(scope, expression);
    case 'record':
      return evaluateRecord(scope, expression);
    case 'comprehension':
      return evaluateComprehension(scope, expression);
    case 'call':
      return evaluateCall(scope, expression);
    case 'index':
      return evaluateIndex(scope, expression);
    case 'bits':
      return evaluateBits(scope, expression);
    case 'output':
      return evaluateOutput(scope, expression);
  }
}

/** Of a condition known when the design is made, only the branch it takes is looked at. */
function evaluateChoose(scope: Scope, { condition, yes, no, at }: ChooseSyntax): Item {
  const when = evaluate(scope, condition);
  if (isNothing(when)) return nothing;
  if (when.kind === 'truth') return evaluate(scope, when.value ? yes : no);
  if (when.kind !== 'word')
    return refuseItem(scope, condition.at, wrongUse('a condition', 'a bool', describeItem(when)));
  const a = lift(scope, evaluate(scope, yes), yes.at);
  const b = lift(scope, evaluate(scope, no), no.at);
  return build(scope, at, (datapath) => select(datapath, when.value, a, b));
}
