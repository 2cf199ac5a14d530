import type { Format } from '../format/index.js';
import type { Diagnostic } from '../base/index.js';
import { finishDatapath, type Argument, type Arguments, type Parameter } from '../builder/index.js';
import { startFrame, type Surroundings } from './frame.js';
import type { Item } from './item.js';
import type { Declared } from './program.js';
import type { Elaborated } from './scope.js';
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
  datapath.draft.place = syntax.name.at;
  const design = finishDatapath(datapath, syntax.about);
  const { diagnostics } = datapath;
  if (!design || frame.failed) return { made: undefined, diagnostics };
  const { inputs, outputs } = frame;
  const nodes = design.modules.at(-1)!.nodes.length + frame.instanceNodes;
  frame.budget.nodes += nodes;
  return { made: { design, inputs, outputs, nodes, height: frame.height }, diagnostics };
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
