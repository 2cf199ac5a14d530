import { drive, labelValue, truth } from '../builder/index.js';
import { evaluate } from './expression.js';
import { outputKey } from './frame.js';
import { isNothing, lift, nothing } from './item.js';
import { elaboratePipeline } from './pipeline.js';
import { elaborateIn, elaborateOut } from './port.js';
import { declareRegister } from './register.js';
import { refuse, type Frame, type Scope } from './scope.js';
import type { LetSyntax, RegSyntax, Statement, TypeSyntax } from './syntax.js';
import { notAType } from './type.js';

/** Elaborates one statement; a second definition of a name is passed over. */
export function elaborateStatement(frame: Frame, statement: Statement): void {
  if (isRepeated(frame, statement)) return;
  frame.current = statement;
  const scope: Scope = { frame, variables: undefined };
  switch (statement.kind) {
    case 'in':
      return elaborateIn(scope, statement);
    case 'out':
      return elaborateOut(scope, statement);
    case 'let':
      return elaborateLet(scope, statement);
    case 'type':
      return elaborateType(scope, statement);
    case 'reg':
      return elaborateReg(scope, statement);
    case 'pipeline':
      return elaboratePipeline(scope, statement);
  }
}

function isRepeated(frame: Frame, statement: Statement): boolean {
  if (statement.kind === 'pipeline') return false;
  const name = statement.name.text;
  return frame.definitions.get(statement.kind === 'out' ? outputKey(name) : name) !== statement;
}

function elaborateLet(scope: Scope, { name, value }: LetSyntax): void {
  const item = evaluate(scope, value);
  scope.frame.names.set(name.text, item);
  if (item.kind === 'word') labelValue(scope.frame.datapath.draft, item.value, name.text);
}

function elaborateType(scope: Scope, { name, type }: TypeSyntax): void {
  const what = evaluate(scope, type);
  const isType = what.kind === 'type' || what.kind === 'record type' || isNothing(what);
  if (!isType) refuse(scope, type.at, notAType(what));
  scope.frame.names.set(name.text, isType ? what : nothing);
}

function elaborateReg(scope: Scope, syntax: RegSyntax): void {
  const { datapath, registers } = scope.frame;
  declareRegister(scope.frame, syntax, syntax.name.at);
  const { next, when } = syntax;
  const value = next && lift(scope, evaluate(scope, next), next.at);
  const enable = when && lift(scope, evaluate(scope, when), when.at);
  const register = registers.get(syntax.name.text);
  if (!register || !next || !value) return;
  if (when && enable) {
    datapath.draft.place = when.at;
    if (!truth(datapath, enable, 'what follows `when`')) datapath.undriven.delete(register.name);
  }
  datapath.draft.place = next.at;
  if (!when || (enable && enable.kind === 'scalar' && enable.type.kind === 'bool'))
    drive(datapath, register, value, enable);
}
