import { failure, fault, success, type Result } from '../base/index.js';
import { costModel, type CostModel, type ModelledCost } from '../cost/index.js';
import type { Design } from '../ir/index.js';
import { bitHeap, finish, type HeapCells } from '../pass/index.js';
import type { ArithmeticChoice, CostDesignOptions } from './cost.js';
import type { Arithmetic } from './design.js';

/** The forms in which a design may be made, each made when it is first asked for. */
export interface ModelForms {
  /** With sums as they are written. */
  plain(): Design;
  /** With bit heaps of these adders. */
  heaped(cells: HeapCells): Design;
}

/** The forms of a simplified design, of which the first may be there already. */
export function modelForms(simplified: Design, plain?: Design): ModelForms {
  return {
    plain: () => plain ?? finish(simplified),
    heaped: (cells) => finish(simplified, [bitHeap(cells)]),
  };
}

/** What a design costs by a model, and which forms of its sums were looked at. */
export type ModelledDesignCost = ModelledCost & { readonly arithmetic: ArithmeticChoice };

/**
 * Estimates the forms that `costDesign` would synthesise, and takes the one that it would take: with `auto` that of the smaller
 * area × delay. A fault where bit heaps are asked for by name and the model has none.
 */
export function modelDesign(
  forms: ModelForms,
  model: CostModel,
  arithmetic: NonNullable<CostDesignOptions['arithmetic']> = 'auto',
): Result<ModelledDesignCost> {
  const { technology, adders } = model;
  if (arithmetic === 'bitheap' && !adders)
    return failure(
      fault('model-cannot', `the model of ${technology} knows no bit heaps`, {
        hint: 'take `auto` or `behavioural`, or synthesis',
      }),
    );
  const estimate = costModel(model);
  const of = (kind: Arithmetic['kind'], design: Design) => ({ kind, cost: estimate(design) });
  const found = arithmetic === 'bitheap' ? [] : [of('behavioural', forms.plain())];
  if (arithmetic !== 'behavioural' && adders) {
    const heaped = forms.heaped(adders);
    if (arithmetic === 'bitheap' || hasAdders(heaped)) found.push(of('bitheap', heaped));
  }
  const size = ({ areaUm2, delayPs }: ModelledCost): number => areaUm2 * delayPs;
  const best = found.reduce((least, other) => (size(other.cost) < size(least.cost) ? other : least));
  const goal = 'balanced';
  const tried = found.map(
    ({ kind, cost: { areaUm2, delayPs } }) => ({ kind, goal, areaUm2, delayPs }) as const,
  );
  return success({ ...best.cost, arithmetic: { chosen: best.kind, goal, tried } });
}

/** Whether a design has sums that became heaps of adder cells. */
export function hasAdders({ modules }: Design): boolean {
  return modules.some(({ leaf }) => leaf !== undefined);
}
