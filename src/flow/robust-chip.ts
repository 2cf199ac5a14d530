import { success, type Result } from '../base/index.js';
import type { Design } from '../ir/index.js';
import {
  batches,
  datapathEngine,
  exactEngine,
  forward,
  type Batch,
  type DotEngine,
  type TensorOf,
} from '../nn/index.js';
import {
  bufferFaults,
  chipFaults,
  everyLevel,
  faultyBuffers,
  mapFaults,
  networkRead,
  readFaulty,
  readingFlips,
  scorer,
  weightsRead,
  wrongOf,
  type BufferFaults,
  type ChipFaults,
  type Reading,
  type RobustOptions,
} from '../robust/index.js';
import type { FaultyBuffers, FaultyLayers, FaultyWeights, RobustPlan } from './robust.js';

/** One chip with the codes of one scheme; without a chip, a memory without faults. */
export interface ChipTask {
  readonly scheme: number;
  readonly chip: number | undefined;
  /** Of the cells that fail: see `ChipFaults`. */
  readonly levels: readonly number[];
}

/** What was seen on a chip at one rate. */
export interface ChipScore {
  /** samples that the network gets wrong */
  readonly wrong: number;
  /** Of weights bits that are read wrong, of buffers cells that fail; of transient flips all readings together. */
  readonly wrongBits: number;
  readonly correctedWords: number;
  readonly detectedWords: number;
}

type Runner = (task: ChipTask) => Result<readonly ChipScore[]>;

/** Runs tasks of a plan one by one. Faults are of the network, so the same for all tasks. */
export function chipRunner(plan: RobustPlan): Runner {
  const { faulty } = plan;
  switch (faulty.kind) {
    case 'weights':
      return weightRunner(plan, faulty);
    case 'layers':
      return layerRunner(plan, faulty);
    case 'buffers':
      return bufferRunner(plan, faulty);
  }
}

function weightRunner(
  { prepared, workload, options }: RobustPlan,
  { names, memories }: FaultyWeights,
): Runner {
  const score = scorer(prepared, names, workload, batchOf(options));
  return ({ scheme, chip, levels }) => {
    const memory = memories[scheme]!;
    const faultsAt = chipCells(memory.dataBits + memory.checkBits, options, chip, levels);
    return eachLevel(levels, (level) => {
      const total = { wrongBits: 0, correctedWords: 0, detectedWords: 0 };
      const wrong = score(
        fresh(faultsAt(level), ({ faults, at }) => {
          const reading = readFaulty(memory, faults, at);
          add(total, reading);
          return weightsRead(memory, reading);
        }),
      );
      return wrong.ok ? success({ wrong: wrong.value, ...total }) : wrong;
    });
  };
}

function add(
  total: { wrongBits: number; correctedWords: number; detectedWords: number },
  { wrongBits, correctedWords, detectedWords }: Reading,
): void {
  total.wrongBits += wrongBits;
  total.correctedWords += correctedWords;
  total.detectedWords += detectedWords;
}

function layerRunner(plan: RobustPlan, { memory, datapath }: FaultyLayers): Runner {
  const { options } = plan;
  const engine = engineOf(datapath);
  const wrongWith = batchwise(plan);
  return ({ chip, levels }) => {
    const faultsAt = chipCells(memory.dataBits + memory.checkBits, options, chip, levels);
    return eachLevel(levels, (level) => {
      const total = { wrongBits: 0, correctedWords: 0, detectedWords: 0 };
      const networkOf = fresh(faultsAt(level), ({ faults, at }) => {
        const reading = readFaulty(memory, faults, at);
        add(total, reading);
        return networkRead(memory, reading);
      });
      const wrong = wrongWith((batch, tensor) => forward(networkOf(batch), tensor, engine));
      return wrong.ok ? success({ wrong: wrong.value, ...total }) : wrong;
    });
  };
}

function bufferRunner(plan: RobustPlan, { quantised, buffers, datapath }: FaultyBuffers): Runner {
  const { options } = plan;
  const { protection, sums } = options;
  const engine = datapath ? engineOf(datapath) : exactEngine();
  const wrongWith = batchwise(plan);
  return ({ chip, levels }) => {
    const faultsAt = chipCells(buffers.dataBits, options, chip, levels);
    return eachLevel(levels, (level) => {
      let wrongBits = 0;
      const faultsOf = fresh(faultsAt(level), ({ faults, at }) => {
        const found = bufferFaults(buffers, faults, at, protection.topBits);
        wrongBits += found.cells;
        return found;
      });
      let now: BufferFaults;
      const watch = faultyBuffers(buffers, () => now, sums.terms ?? Infinity);
      const wrong = wrongWith((batch, tensor) => {
        now = faultsOf(batch);
        return forward(quantised, tensor, engine, watch);
      });
      return wrong.ok
        ? success({ wrong: wrong.value, wrongBits, correctedWords: 0, detectedWords: 0 })
        : wrong;
    });
  };
}

/** The datapath of a plan, which has run before. */
function engineOf(datapath: Design): DotEngine {
  const engine = datapathEngine(datapath);
  if (!engine.ok) throw new Error(engine.diagnostics[0]!.message);
  return engine.value;
}

/** Counts the samples that scores of each batch in turn get wrong. */
function batchwise({
  workload,
  options,
}: RobustPlan): (
  run: (batch: number, tensor: Batch['tensor']) => Result<TensorOf<'float32'>>,
) => Result<number> {
  const tensors = [...batches(workload, batchOf(options))];
  return (run) => {
    let wrong = 0;
    for (const [batch, { from, tensor }] of tensors.entries()) {
      const scores = run(batch, tensor);
      const found = scores.ok ? wrongOf(scores.value, workload, from, tensor.dims[0]!) : scores;
      if (!found.ok) return found;
      wrong += found.value;
    }
    return success(wrong);
  };
}

/** Images that are run together: those of one reading, or as many as is usual. */
function batchOf({ transient }: RobustOptions): number | undefined {
  return transient?.images;
}

/** Cells that fail where their level is below `at`. */
interface Faults {
  readonly faults: ChipFaults;
  readonly at: number;
}

/** The faults of a chip at a level, in each of its readings: for cells that stay faulty the same object. */
function chipCells(
  cells: number,
  { faults: model, map, seed, transient }: RobustOptions,
  chip: number | undefined,
  levels: readonly number[],
): (level: number) => (reading: number) => Faults {
  if (transient && chip !== undefined)
    return (level) => (reading) => ({
      faults: readingFlips(cells, level, seed, chip, reading),
      at: everyLevel,
    });
  const faults =
    map && chip !== undefined
      ? mapFaults(map.cells, model.effect, cells, seed, chip)
      : chipFaults(cells, model, seed, chip ?? 0, Math.max(...levels));
  return (level) => {
    const same = { faults, at: level };
    return () => same;
  };
}

/** What is made of faults, made anew only where these are others than in the batch before. */
function fresh<T>(faultsOf: (batch: number) => Faults, make: (faults: Faults) => T): (batch: number) => T {
  let known: { readonly faults: Faults; readonly made: T } | undefined;
  return (batch) => {
    const faults = faultsOf(batch);
    if (known?.faults !== faults) known = { faults, made: make(faults) };
    return known.made;
  };
}

function eachLevel(
  levels: readonly number[],
  run: (level: number) => Result<ChipScore>,
): Result<readonly ChipScore[]> {
  const scores: ChipScore[] = [];
  for (const level of levels) {
    const score = run(level);
    if (!score.ok) return score;
    scores.push(score.value);
  }
  return success(scores);
}
