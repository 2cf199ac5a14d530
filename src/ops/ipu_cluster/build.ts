import {
  fifo,
  finishDatapath,
  inputPort,
  outputPort,
  startDatapath,
  type Datapath,
} from '../../builder/index.js';
import type { Design, Draft, Id, Module } from '../../ir/index.js';
import { buildUnit, ipuPorts, type IpuShape } from '../nibble_inner_product/index.js';

/** Units behind one pair of streams, and how many jobs can wait before each and how many results behind it. */
export interface ClusterShape {
  readonly unit: IpuShape;
  readonly units: number;
  readonly depth: number;
}

/** The input ports' words in their order: mode, a, b, first, last, job_valid, result_ready. */
export interface ClusterInputs {
  /** The words of a job, each port's in one. */
  readonly job: readonly Id[];
  readonly last: Id;
  readonly valid: Id;
  readonly taken: Id;
}

export interface ClusterOutputs {
  readonly ready: Id;
  readonly valid: Id;
  /** The fields of a result, each port's in one word. */
  readonly result: readonly Id[];
}

/**
 * Units that work on sums of their own, each at its own pace, between a queue of jobs and one of results. The jobs of a
 * sum go to one unit, the next sum to the next unit by turns, and results are taken from the units by the same turns:
 * so they come out in order. `ready` and `valid` come from registers.
 */
export function buildCluster(datapath: Datapath, shape: ClusterShape, inputs: ClusterInputs): ClusterOutputs {
  const { draft } = datapath;
  const design = unitDesign(shape.unit);
  for (const module of design.modules) datapath.modules.set(module.name, module);
  const module = design.modules.at(-1)!;
  const into = turns(draft, 'into', shape.units);
  const from = turns(draft, 'from', shape.units);
  const lanes = into.selects.map((_, k) => queuedUnit(draft, shape, module, inputs.job, k));
  const ready = draft.not(chosen(draft, into.selects, (k) => lanes[k]!.jobs.full));
  const offered = draft.binary('and', ready, inputs.valid);
  const valid = chosen(draft, from.selects, (k) => lanes[k]!.results.valid);
  const leaves = draft.binary('and', valid, inputs.taken);
  lanes.forEach(({ push, pop }, k) => {
    draft.bind(push, draft.binary('and', into.selects[k]!, offered));
    draft.bind(pop, draft.binary('and', from.selects[k]!, leaves));
  });
  into.move(draft.binary('and', offered, inputs.last));
  from.move(leaves);
  const result = chosen(draft, from.selects, (k) => lanes[k]!.results.data);
  const widths = module.outputs.slice(2).map((port) => port.width);
  return { ready, valid, result: cut(draft, result, widths) };
}

/** A unit between its queues; `push` and `pop`, when a job goes in and a result out, are to be bound. */
function queuedUnit(draft: Draft, shape: ClusterShape, module: Module, job: readonly Id[], k: number) {
  const [push, pop, start, end] = [draft.wire(1), draft.wire(1), draft.wire(1), draft.wire(1)];
  const jobs = fifo(draft, `jobs_${k}`, shape.depth, push, draft.concat(job), start);
  const data = draft.wire(module.outputs.slice(2).reduce((sum, port) => sum + port.width, 0));
  const results = fifo(draft, `results_${k}`, shape.depth, end, data, pop);
  const room = draft.not(results.full);
  const fields = cut(
    draft,
    jobs.data,
    job.map((word) => draft.widthOf(word)),
  );
  const given = [...fields, jobs.valid, room];
  const words = module.inputs.map((port) => (port.name === 'rst_n' ? draft.reset() : given.shift()!));
  const [ready, valid, ...result] = draft.instance(module, words, `unit_${k}`) as [Id, Id, ...Id[]];
  draft.bind(data, draft.concat(result));
  draft.bind(start, draft.binary('and', jobs.valid, ready));
  draft.bind(end, draft.binary('and', valid, room));
  return { jobs, results, push, pop };
}

/** A word cut into words of those widths, from the low bits up. */
function cut(draft: Draft, word: Id, widths: readonly number[]): Id[] {
  let low = 0;
  return widths.map((width) => {
    low += width;
    return draft.slice(word, low - width, width);
  });
}

/** Whose turn it is, one-hot, in registers: the first one's after reset. */
function turns(draft: Draft, name: string, units: number) {
  if (units === 1) return { selects: [draft.constant(1n, 1)], move: (): void => undefined };
  const selects = Array.from({ length: units }, (_, k) => draft.reg(1, `${name}_${k}`));
  const move = (when: Id): void =>
    selects.forEach((reg, k) =>
      draft.connect(reg, selects[(k + units - 1) % units]!, {
        enable: when,
        reset: { by: draft.reset(), to: k === 0 ? 1n : 0n },
      }),
    );
  return { selects, move };
}

/** The word whose turn it is. */
function chosen(draft: Draft, turn: readonly Id[], word: (k: number) => Id): Id {
  const masked = turn.map((when, k) => {
    const own = word(k);
    return draft.binary('and', draft.extend(when, draft.widthOf(own), true), own);
  });
  return masked.reduce((all, own) => draft.binary('or', all, own));
}

/** One unit as a module of its own; its name tells its parameters. */
function unitDesign(shape: IpuShape): Design {
  const { lanes, tree, precision, alignment, floats, accumulate, result, jobs } = shape;
  const name = `ipu_n${lanes}_w${tree}_p${precision}_${alignment}_${floats}_${accumulate}_${result}_j${jobs}`;
  const datapath = startDatapath(name);
  const ports = ipuPorts(shape);
  const inputs = ports.inputs.map((port) => inputPort(datapath, port.name, port.type));
  const outputs = buildUnit(datapath, shape, inputs);
  ports.outputs.forEach((port, i) => outputPort(datapath, port.name, outputs[i]!, port.type));
  const design = finishDatapath(datapath, 'Inner products on 5-bit multipliers, nibble by nibble.');
  if (!design) throw new Error(`${name} cannot be built`);
  return design;
}
