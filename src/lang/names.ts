import { blocks, bool, floats } from '../format/index.js';
import { operatorOf } from '../ops/index.js';
import { outputKey } from './frame.js';
import { functionNames } from './functions.js';
import { nothing, type Item } from './item.js';
import { limits } from './limits.js';
import { definedLater, dependencyLoop, notReadable, uncalled, unknownValue } from './problems.js';
import { blockType } from './record.js';
import { declareRegister } from './register.js';
import { refuseItem, type Frame, type Scope } from './scope.js';
import type { Span } from './span.js';
import { expressionsOf, parts, type Expression, type Statement } from './syntax.js';

/** What a name stands for. Registers can be read before they are written down; all else only after. */
export function lookUp(scope: Scope, name: string, at: Span): Item {
  for (let variable = scope.variables; variable; variable = variable.outer)
    if (variable.name === name) return variable.item;
  const { frame } = scope;
  const known = frame.names.get(name);
  if (known) return known;
  const definition = frame.definitions.get(name);
  if (definition?.kind === 'reg') return declareRegister(frame, definition, at);
  if (name === 'bool') return { kind: 'type', type: bool };
  if (Object.hasOwn(blocks, name)) return blockType(blocks[name]!);
  if (Object.hasOwn(floats, name)) return { kind: 'type', type: floats[name]! };
  return refuseItem(scope, at, whyAbsent(scope, name, definition));
}

function whyAbsent(scope: Scope, name: string, definition: Statement | undefined) {
  const { frame } = scope;
  if (definition) {
    const loop = loopThrough(frame, name);
    // One loop is one fault.
    loop?.forEach((each) => frame.names.set(each, nothing));
    return loop ? dependencyLoop(loop) : definedLater(name, definition.at.line, `\`${definition.kind}\``);
  }
  if (frame.definitions.has(outputKey(name))) return notReadable(name);
  if (functionNames.includes(name)) return uncalled(name, 'a function');
  if (operatorOf(name)) return uncalled(name, 'an operator');
  if (frame.program.byName.has(name)) return uncalled(name, 'a datapath');
  return unknownValue(name, visibleNames(scope));
}

function visibleNames(scope: Scope): string[] {
  const names: string[] = [];
  for (let variable = scope.variables; variable; variable = variable.outer) names.push(variable.name);
  return [...names, ...scope.frame.names.keys()].slice(0, 1000);
}

/** The lets from the one under elaboration through `name` back to it, if each depends on the next. */
function loopThrough(frame: Frame, name: string): string[] | undefined {
  const { current } = frame;
  if (current?.kind !== 'let') return undefined;
  const start = current.name.text;
  const from = new Map<string, string>();
  const due = [name];
  for (let here = due.pop(); here !== undefined; here = due.pop()) {
    if (here === start) return pathTo(from, start, name);
    if (from.size > limits.loopSearch) return undefined;
    const definition = frame.definitions.get(here);
    if (definition?.kind !== 'let') continue;
    for (const next of namesRead(definition))
      if (!from.has(next)) {
        from.set(next, here);
        due.push(next);
      }
  }
  return undefined;
}

function pathTo(from: ReadonlyMap<string, string>, start: string, name: string): string[] {
  const path: string[] = [];
  if (name === start) return [start];
  for (let here = from.get(start)!; here !== name; here = from.get(here)!) path.unshift(here);
  return [start, name, ...path];
}

/** Names that a statement's expressions read; those of comprehension variables among them. */
function namesRead(statement: Statement): Set<string> {
  const names = new Set<string>();
  const due: Expression[] = [...expressionsOf(statement)];
  for (let here = due.pop(); here; here = due.pop()) {
    if (here.kind === 'name') names.add(here.name);
    for (const part of parts(here)) due.push(part);
  }
  return names;
}
