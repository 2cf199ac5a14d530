import type { Format } from '../format/index.js';
import type { Diagnostic } from '../base/index.js';
import {
  finishDatapath,
  reject,
  reservedName,
  type Argument,
  type Arguments,
  type Parameter,
} from '../builder/index.js';
import type { Design } from '../ir/index.js';
import { elastic } from '../pass/index.js';
import { startFrame, type Surroundings } from './frame.js';
import type { Item } from './item.js';
import type { Declared } from './program.js';
import { clockedStreams, streamTaken, unitsPipelined } from './problems.js';
import type { Elaborated, Frame } from './scope.js';
import type { Span } from './span.js';
import { hasUnits } from './stream.js';
import { elaborateStatement } from './statement.js';

/** A datapath with checked arguments as the module `moduleName`, or all that is wrong with it. */
export function elaborate(
  around: Surroundings,
  declared: Declared,
  args: Arguments,
  moduleName: string,
): { readonly made: Elaborated | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { syntax } = declared;
  const frame = startFrame(around, syntax, moduleName);
  const { datapath } = frame;
  for (const parameter of declared.parameters)
    frame.names.set(parameter.name, parameterItem(parameter, args[parameter.name]!));
  for (const statement of syntax.statements) elaborateStatement(frame, statement);
  finishStreams(frame);
  datapath.draft.place = syntax.name.at;
  const plain = finishDatapath(datapath, syntax.about);
  const design = plain && isPaced(frame, plain) ? withStreams(frame, plain) : undefined;
  const { diagnostics } = datapath;
  if (!design || frame.failed) return { made: undefined, diagnostics };
  const { inputs, outputs } = frame;
  const nodes = design.modules.at(-1)!.nodes.length + frame.instanceNodes;
  frame.budget.nodes += nodes;
  return { made: { design, inputs, outputs, nodes, height: frame.height }, diagnostics };
}

/** What is wrong with the streams as a whole. */
function finishStreams(frame: Frame): void {
  const { datapath, streams, syntax } = frame;
  const units = hasUnits(frame);
  for (const statement of syntax.statements) {
    if (units && statement.kind === 'pipeline') refuseAt(frame, statement.at, unitsPipelined());
    if ((statement.kind !== 'in' && statement.kind !== 'out') || !statement.stream) continue;
    const { text, at } = statement.name;
    if (units && statement.kind === 'in' && streams.sources.get(text)?.isTaken === false)
      refuseAt(frame, at, streamTaken(text, 0));
    for (const port of [`${text}_valid`, `${text}_ready`])
      if (!units && datapath.names.has(port)) refuseAt(frame, at, reservedName(port));
  }
}

function refuseAt(frame: Frame, at: Span, diagnostic: Diagnostic): void {
  frame.datapath.draft.place = at;
  reject(frame.datapath, diagnostic);
}

/** Whether the latency is known for which streams are made around a datapath; reports where it is not. */
function isPaced(frame: Frame, { modules }: Design): boolean {
  const open = modules.find(({ clock }) => clock);
  if (!open || frame.streams.ins.length === 0) return true;
  frame.datapath.draft.place = open.clock!.place;
  reject(frame.datapath, clockedStreams(open.name));
  return false;
}

/** The datapath behind its streams, if it has any that units do not see to. */
function withStreams(frame: Frame, design: Design): Design {
  const { ins, outs } = frame.streams;
  if (ins.length === 0 || hasUnits(frame)) return design;
  return elastic(design, { name: design.top, about: frame.syntax.about, ins, outs });
}

function listItem(numbers: readonly number[]): Item {
  const elements = numbers.map((value): Item => ({ kind: 'integer', value: BigInt(value) }));
  return { kind: 'list', elements, count: elements.length, dimensions: 1 };
}

function parameterItem(parameter: Parameter, value: Argument): Item {
  switch (parameter.kind) {
    case 'integer':
      return { kind: 'integer', value: BigInt(value as number) };
    case 'flag':
      return { kind: 'truth', value: value as boolean };
    case 'choice':
      return { kind: 'choice', option: value as string, options: parameter.options };
    case 'format':
      return { kind: 'type', type: value as Format };
    case 'list':
      return listItem(value as readonly number[]);
  }
}
