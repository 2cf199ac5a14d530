import { register, type Type } from '../builder/index.js';
import { constant } from './constant.js';
import { evaluate } from './expression.js';
import { nothing, word, type Item } from './item.js';
import { typeLoop, wrongUse } from './problems.js';
import { refuse, refuseItem, type Frame, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { Expression, RegSyntax } from './syntax.js';
import { evaluateType } from './type.js';

/** The register as it can be read, declared at its first use. `at` is where it is used. */
export function declareRegister(frame: Frame, syntax: RegSyntax, at: Span): Item {
  const name = syntax.name.text;
  const known = frame.names.get(name);
  if (known) return known;
  const scope: Scope = { frame, variables: undefined };
  if (frame.declaring.has(name)) return refuseItem(scope, at, typeLoop(name));
  frame.declaring.add(name);
  const type = evaluateType(scope, syntax.type);
  const reset = resetOf(scope, syntax.reset);
  frame.declaring.delete(name);
  const item = type && reset !== 'fault' ? declare(frame, syntax, type, reset) : nothing;
  frame.names.set(name, item);
  return item;
}

function declare(frame: Frame, syntax: RegSyntax, type: Type, reset: bigint | undefined): Item {
  const { datapath } = frame;
  datapath.draft.place = syntax.name.at;
  const made = register(datapath, syntax.name.text, type, reset ?? 'none');
  frame.registers.set(syntax.name.text, made);
  return word(made.value);
}

/** The number a register is reset to: 0 unless one is given, undefined for `none`. */
function resetOf(scope: Scope, reset: Expression | undefined): bigint | undefined | 'fault' {
  if (!reset) return 0n;
  if (reset.kind === 'name' && reset.name === 'none') return undefined;
  const item = constant(scope, evaluate(scope, reset), reset.at, 'the reset value');
  if (!item) return 'fault';
  if (item.kind === 'integer') return item.value;
  if (item.kind === 'truth') return item.value ? 1n : 0n;
  refuse(scope, reset.at, wrongUse('the reset value', 'one number', 'a vector'));
  return 'fault';
}
