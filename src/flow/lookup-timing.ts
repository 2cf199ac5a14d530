import { success } from '../base/index.js';
import { runOnMemories, type MemoryModel } from '../cosim/index.js';
import { engineRun, networkTiming, randomTrace, type Layer, type Memories } from '../hbm/index.js';
import { itemWords, type Looked } from './lookup-due.js';
import type { LookupTrial } from './lookup.js';

/** What an engine is tried on. */
export interface Bench extends Looked {
  readonly trial: LookupTrial;
  readonly memories: Memories;
  readonly built: MemoryModel;
  readonly images: string;
}

/** How many items the timing is taken from: as many as are tried, within these. */
const [fewestTimed, mostTimed] = [100, 1000];

/** Cycles an item in a row of items, and of items that come alone: in Verilog, and by the engine's model. */
export async function timing(
  { plan, layout, built, images, memories, trial }: Bench,
  layers: readonly Layer[],
) {
  const { seed, engine } = trial;
  const items = Math.min(mostTimed, Math.max(fewestTimed, trial.items));
  const network = networkTiming(layers);
  const run = async (count: number, alone: boolean) => {
    const trace = randomTrace(plan.model, count, seed);
    const behaviour = { jitter: 0, stall: 0, errors: 0, reorder: false, alone, seed };
    const measured = await runOnMemories(built, images, itemWords(built, plan, trace), behaviour);
    if (!measured.ok) return measured;
    const apart = alone ? network.latencyCycles + 1 : undefined;
    const simulated = engineRun(plan, layout, engine, trace, memories, apart);
    return success({ measured: measured.value, simulated });
  };
  const close = await run(items, false);
  if (!close.ok) return close;
  const alone = await run(Math.floor(items / 10), true);
  if (!alone.ok) return alone;
  const of = (by: 'measured' | 'simulated') => ({
    cyclesPerItem: (close.value[by].lastCycle - close.value[by].firstCycle) / (items - 1),
    latencyCycles: alone.value[by].latencyCycles,
  });
  const engineAlone = of('simulated');
  const simulated = {
    cyclesPerItem: Math.max(engineAlone.cyclesPerItem, network.cyclesPerItem),
    latencyCycles: engineAlone.latencyCycles + network.latencyCycles,
  };
  return success({ ...of('measured'), simulated });
}
