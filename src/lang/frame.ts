import { startDatapath } from '../builder/index.js';
import type { Program } from './program.js';
import { definedTwice, takenName } from './problems.js';
import type { Budget, Frame, Library } from './scope.js';
import type { Span } from './span.js';
import type { DatapathSyntax, Name, Statement } from './syntax.js';

/** Where one elaboration runs: what it shares with the datapaths around it. */
export interface Surroundings {
  readonly program: Program;
  readonly budget: Budget;
  readonly library: Library;
  readonly level: number;
}

/** Starts the elaboration of a datapath as the module `moduleName`; reports names that are defined twice. */
export function startFrame(around: Surroundings, syntax: DatapathSyntax, moduleName: string): Frame {
  const datapath = startDatapath(moduleName);
  const definitions = definitionsOf(syntax, (at, name, line) =>
    datapath.report(definedTwice(at, name, line)),
  );
  for (const { text, at } of namesIn(syntax)) {
    const meaning = meaningOf(text);
    if (meaning) datapath.report(takenName(at, text, meaning));
  }
  return {
    ...around,
    syntax,
    datapath,
    names: new Map(),
    definitions,
    registers: new Map(),
    declaring: new Set(),
    inputs: [],
    outputs: [],
    streams: { ins: [], outs: [], sources: new Map() },
    instances: new Map(),
    nodes: 0,
    instanceNodes: 0,
    height: 0,
    failed: false,
    current: undefined,
  };
}

/** The key under which an output is defined: outputs have names beside those of values. */
export function outputKey(name: string): string {
  return `out ${name}`;
}

/** The statement that defines each name; a second one is reported, and is not there. */
function definitionsOf(
  syntax: DatapathSyntax,
  twice: (at: Span, name: string, line: number) => void,
): Map<string, Statement> {
  const definitions = new Map<string, Statement>();
  const lines = new Map(syntax.parameters.map(({ name }) => [name.text, name.at.line]));
  const ports = new Map<string, number>();
  for (const statement of syntax.statements) {
    if (statement.kind === 'pipeline') continue;
    const { text, at } = statement.name;
    const isOut = statement.kind === 'out';
    const isPort = isOut || statement.kind === 'in' || statement.kind === 'reg';
    const before = (isOut ? undefined : lines.get(text)) ?? (isPort ? ports.get(text) : undefined);
    if (before !== undefined) {
      twice(at, text, before);
      continue;
    }
    definitions.set(isOut ? outputKey(text) : text, statement);
    if (!isOut) lines.set(text, at.line);
    if (isPort) ports.set(text, at.line);
  }
  return definitions;
}

function namesIn(syntax: DatapathSyntax): Name[] {
  const names = syntax.parameters.map((parameter) => parameter.name);
  for (const statement of syntax.statements) if (statement.kind !== 'pipeline') names.push(statement.name);
  return names;
}

/** What a name means that cannot be defined, if anything. */
export function meaningOf(name: string): string | undefined {
  if (name === 'bool') return 'a type';
  if (name === 'none') return 'what stands for no reset';
  return name.startsWith('__') ? 'kept for the tool, as all names that begin with `__`' : undefined;
}
