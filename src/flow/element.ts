import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import {
  defaultInputs,
  elementCost,
  logicFigures,
  memoryFiguresOf,
  registersFiguresOf,
  type Element,
  type ElementCost,
  type LogicPart,
  type MemoryModel,
  type Part,
  type PartFigures,
} from '../cost/index.js';
import type { Technology } from '../synth/index.js';
import { costDesign, type CostDesignOptions } from './cost.js';
import type { Built } from './design.js';

/** What the parts of an element are made of. */
export interface ElementMaterials {
  readonly technology: Technology;
  /** The memories of the technology; needed where a part is one. */
  readonly memories?: MemoryModel | undefined;
  /** The design of a part, with its parameters. */
  readonly read: (part: LogicPart) => Promise<Result<Built>>;
}

/**
 * What a processing element costs: its logic by synthesis, its memories by the model of the technology. Faults are those of
 * all designs and memories together, and then those of synthesis.
 */
export async function costElement(
  element: Element,
  materials: ElementMaterials,
  options: Pick<CostDesignOptions, 'yosys' | 'cache' | 'arithmetic'> = {},
): Promise<Result<ElementCost>> {
  const prepared: Result<() => Promise<Result<PartFigures>>>[] = [];
  for (const part of element.parts) prepared.push(await prepare(part, materials, options));
  const wrong: Diagnostic[] = prepared.flatMap((one) => (one.ok ? [] : one.diagnostics));
  if (wrong.length > 0) return failure(...wrong);
  const figures: PartFigures[] = [];
  for (const one of prepared) {
    const figure = one.ok ? await one.value() : failure<PartFigures>(...one.diagnostics);
    if (!figure.ok) return figure;
    figures.push(figure.value);
  }
  return success(
    elementCost(element, materials.technology.name, figures),
    prepared.flatMap(({ diagnostics }) => diagnostics),
  );
}

/** Reads what a part needs, and gives what is left to do: the dear part. */
async function prepare(
  part: Part,
  { technology, memories, read }: ElementMaterials,
  options: CostDesignOptions,
): Promise<Result<() => Promise<Result<PartFigures>>>> {
  if (part.kind !== 'logic') {
    const figures =
      part.kind === 'memory' ? memoryFiguresOf(part, memories!) : registersFiguresOf(part, technology);
    return figures.ok ? success(() => Promise.resolve(figures)) : figures;
  }
  const built = await read(part);
  if (!built.ok) return built;
  const inputs = { ...defaultInputs, density: part.density };
  return success(async () => {
    const cost = await costDesign(built.value, technology, { ...options, inputs });
    return cost.ok ? success(logicFigures(part, cost.value)) : cost;
  }, built.diagnostics);
}
