import { failure, success, type Diagnostic, type Place, type Result } from '../base/index.js';
import type { Arguments, Definition } from '../builder/index.js';
import { costModel, type CostModel } from '../cost/index.js';
import type { ClockWish, Design, Module } from '../ir/index.js';
import { optimise } from '../pass/index.js';
import { packagedModel } from './cost-models.js';
import { behavioural, formsOf, type Arithmetic, type Built } from './design.js';

/** The stages that were found for a module's clock. */
export interface FoundClock extends Omit<ClockWish, 'place'> {
  readonly module: string;
  readonly stages: number;
  /** The longest path with these stages by the technology's cost model. */
  readonly delayPs: number;
  /** Whether it fits into the clock with the model's mean error added. */
  readonly met: boolean;
}

/** The most stages that are tried, and how many more than the best so far. */
const limits = { stages: 64, patience: 4 };

/**
 * Elaborates a definition and brings it into all its forms, with the least number of stages for every module that asks for
 * a clock. Where none meets it, those of the shortest paths are taken, with a warning by how much it is missed. Faults are
 * those of elaboration, and technologies without a cost model.
 *
 * @param clockPs the period that the Verilog's constraints state; the shortest that was asked for by default
 */
export async function buildForClocks(
  definition: Definition,
  given: Arguments,
  clockPs?: number,
  arithmetic: Arithmetic = behavioural,
): Promise<Result<Built>> {
  const written = definition.elaborate(given, 'kept');
  if (!written.ok) return written;
  const settled = await settleClocks(written.value);
  if (!settled.ok) return settled;
  const { design, clocks } = settled.value;
  const shortest = clocks.length > 0 ? Math.min(...clocks.map((clock) => clock.clockPs)) : undefined;
  const built = formsOf(design, clockPs ?? shortest, arithmetic);
  return success(clocks.length > 0 ? { ...built, clocks } : built, [
    ...written.diagnostics,
    ...settled.diagnostics,
  ]);
}

/** The design with a number of stages in the place of every clock. */
export async function settleClocks(
  design: Design,
): Promise<Result<{ readonly design: Design; readonly clocks: readonly FoundClock[] }>> {
  const modules: Module[] = [];
  const clocks: FoundClock[] = [];
  const warnings: Diagnostic[] = [];
  const wrong: Diagnostic[] = [];
  for (const { clock, ...module } of design.modules) {
    const model = clock && (await packagedModel(clock.technology, clock.place));
    if (!model?.ok) {
      wrong.push(...(model?.diagnostics ?? []));
      modules.push(module);
      continue;
    }
    const found = leastStages({ ...design, top: module.name, modules }, module, clock!, model.value);
    modules.push({ ...module, stages: found.stages });
    clocks.push(found);
    if (!found.met) warnings.push(missed(found, clock!.place));
  }
  return wrong.length > 0 ? failure(...wrong) : success({ design: { ...design, modules }, clocks }, warnings);
}

function leastStages(below: Design, module: Module, clock: ClockWish, model: CostModel): FoundClock {
  const { clockPs, technology } = clock;
  const estimate = costModel(model);
  const margin = 1 + model.errorPercent.delayPs.mean / 100;
  let best: FoundClock | undefined;
  for (let stages = 0; stages <= limits.stages; stages++) {
    if (best && stages > best.stages + limits.patience) break;
    const made = optimise({ ...below, modules: [...below.modules, { ...module, stages }] });
    const { delayPs } = estimate(made);
    const met = delayPs * margin <= clockPs;
    if (!best || delayPs < best.delayPs)
      best = { module: module.name, clockPs, technology, stages, delayPs, met };
    if (met) break;
  }
  return best!;
}

function missed(found: FoundClock, place: Place | undefined): Diagnostic {
  const { module, clockPs, technology, stages, delayPs } = found;
  const path = `${delayPs.toFixed(0)} ps with ${stages} stages by the model of ${technology}`;
  return {
    severity: 'warning',
    code: 'clock-missed',
    message: `no number of stages brings \`${module}\` surely within ${clockPs} ps: its longest path is ${path}`,
    hint: 'what is left is in a loop, an instance or one operation: give a longer clock, or a smaller operation',
    ...(place && { place }),
  };
}
