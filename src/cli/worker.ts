import { availableParallelism } from 'node:os';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { fail, say } from './terminal.js';

interface Options {
  readonly queue: string;
  readonly jobs?: number;
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
  readonly cache: boolean;
}

/** `bitloom worker --queue URL`: evaluates points of sweeps that run elsewhere, until it is told to stop. */
export const run: Run<Options> = async (_, options) => {
  const { processPool, serveQueue } = await import('../explore/index.js');
  const { workerModule } = await import('../flow/index.js');
  const jobs = options.jobs ?? availableParallelism();
  const worker = await serveQueue(options.queue, jobs, (materials) =>
    processPool({
      ...{ module: workerModule, jobs, materials, cache: options.cache },
      ...{ timeLimitSeconds: options.timeLimit, memoryLimitMb: options.memoryLimit },
    }),
  );
  if (!worker.ok) return fail(worker.diagnostics);
  say(`serving ${options.queue}, ${jobs} points at a time`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  say('finishing the points under way');
  await worker.value.close();
  say(`${worker.value.done()} points evaluated`);
  return exit.done;
};
