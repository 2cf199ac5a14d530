import { openStore } from '../cache/index.js';
import type { Done, Work } from '../explore/index.js';
import { limitYosys } from '../synth/index.js';
import { evaluator, stageStore, type Evaluator } from './explore-point.js';

/** The process that evaluates points for a pool: it is told points and answers outcomes, one at a time. */
let points: Evaluator | undefined;

// There are as many of these processes as are to use a core each.
limitYosys(1);

async function work(message: Work): Promise<void> {
  if (message.kind === 'start') {
    points = evaluator(message.materials, message.cache ? openStore(stageStore) : undefined);
    return;
  }
  const outcome = await points!.evaluate(message.point);
  process.send?.({ outcome } satisfies Done);
}

/** Ends this process and, as it leads a group, the synthesis that it may have started. */
function end(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit();
  }
}

process.on('message', (message: Work) => void work(message));
process.on('disconnect', end);
// Ctrl-C is for whoever has started this: what is under way is finished.
process.on('SIGINT', () => undefined);
