import { failure, fault, success, type Diagnostic, type Result } from '../base/index.js';
import { keyOf } from '../cache/index.js';
import { tools } from './fingerprint.js';
import type { Materials } from './materials.js';
import type { Outcome, Point } from './point.js';
import { noQueue, otherTools, queueUnreachable } from './problems.js';
import type { Runner } from './run.js';

/** A point on the queue, with the key of what it reads. */
interface Job {
  readonly point: Point;
  readonly materials: string;
}

/** How many points of one sweep are on the queue at a time. */
const slots = 64;
/** How often a point is started again after its worker has ended. */
const restarts = 3;
/** For how long what points read stays in Redis after a sweep has started. */
const materialsSeconds = 7 * 24 * 3600;
/** For how long a sweep counts as running that has not said so again. */
const presenceSeconds = 600;
/** After how long without a sign of life a worker counts as ended; its point is given to another one then. */
const lockMs = 5000;
const toolsPrefix = 'bitloom:tools:';

type Redis = import('ioredis').Redis;

interface Connected {
  readonly bullmq: typeof import('bullmq');
  readonly redis: Redis;
  /** Another connection, as one that waits serves nothing else. */
  readonly more: () => Redis;
  /** Ends all connections: BullMQ leaves those open that it was given. */
  readonly disconnect: () => void;
}

/** Points are queued by what computes them, so that no worker of another version gets one. */
function queueName(): string {
  return `bitloom-${keyOf(tools()).slice(0, 12)}`;
}

async function connect(url: string): Promise<Result<Connected>> {
  const loaded = await Promise.all([import('bullmq'), import('ioredis')]).catch(() => undefined);
  if (!loaded) return failure(noQueue());
  const [bullmq, { Redis }] = loaded;
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, connectTimeout: 5000 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    return failure(queueUnreachable(url, (error as Error).message));
  }
  const all = [redis];
  const more = (): Redis => {
    const other = redis.duplicate({ lazyConnect: false });
    other.on('error', () => undefined);
    all.push(other);
    return other;
  };
  return success({ bullmq, redis, more, disconnect: () => all.forEach((one) => one.disconnect()) });
}

/** Evaluates points by the workers that serve the queue at a Redis URL. A point that is there from a run before is not added again. */
export async function queueRunner(url: string, materials: Materials): Promise<Result<Runner>> {
  const connected = await connect(url);
  if (!connected.ok) return connected;
  const { bullmq, redis, more, disconnect } = connected.value;
  const key = keyOf(materials);
  const announce = async (): Promise<void> => {
    await redis.set(`bitloom:materials:${key}`, JSON.stringify(materials), 'EX', materialsSeconds);
    await redis.set(toolsPrefix + queueName(), JSON.stringify(tools()), 'EX', presenceSeconds);
  };
  await announce();
  const announcing = setInterval(() => void announce().catch(() => undefined), (1000 * presenceSeconds) / 3);
  const queue = new bullmq.Queue<Job, Outcome>(queueName(), { connection: redis });
  const events = new bullmq.QueueEvents(queueName(), { connection: more() });
  // Every point that is waited for listens to both.
  queue.on('error', () => undefined).setMaxListeners(2 * slots);
  events.on('error', () => undefined).setMaxListeners(2 * slots);
  await events.waitUntilReady();
  const waiting = waitingJobs();
  return success({
    slots,
    async run(point) {
      const job = await queue.add(
        'point',
        { point, materials: key },
        { jobId: keyOf({ point, key }), attempts: restarts, removeOnComplete: { age: 3600 } },
      );
      try {
        const outcome = await waiting.unlessGivenUp(job, job.waitUntilFinished(events));
        if (outcome) await job.remove();
        return outcome;
      } catch (error) {
        await job.remove().catch(() => undefined);
        return crashed((error as Error).message);
      }
    },
    giveUp: waiting.giveUp,
    async close() {
      clearInterval(announcing);
      waiting.end();
      await events.close();
      await queue.close();
      disconnect();
    },
  });
}

type Removable = Pick<import('bullmq').Job, 'remove'>;

/** Points that are waited for, and how to stop waiting for those that no worker has. */
function waitingJobs() {
  const all = new Map<Removable, (nothing: undefined) => void>();
  let again: NodeJS.Timeout | undefined;
  const removeAll = (): void => {
    // A job that a worker holds cannot be removed.
    for (const [job, leave] of all)
      void job
        .remove()
        .then(() => leave(undefined))
        .catch(() => undefined);
  };
  return {
    /** What a job gives, or undefined when it was given up. */
    async unlessGivenUp<T>(job: Removable, finished: Promise<T>): Promise<T | undefined> {
      const left = new Promise<undefined>((resolve) => all.set(job, resolve));
      try {
        return await Promise.race([finished, left]);
      } finally {
        all.delete(job);
      }
    },
    giveUp(): void {
      removeAll();
      // Workers may have ended that held some.
      again ??= setInterval(removeAll, 1000);
    },
    end(): void {
      clearInterval(again);
    },
  };
}

function crashed(why: string): Outcome {
  return {
    ok: false,
    failure: { kind: 'crash', diagnostics: [fault('point-crash', `no worker finished it: ${why}`)] },
  };
}

/** A worker of a queue. */
export interface QueueWorker {
  /** How many points it has evaluated. */
  readonly done: () => number;
  /** Finishes the points under way and leaves. */
  close(): Promise<void>;
}

/**
 * Serves the queue at a Redis URL. Refuses where sweeps on it were started by other versions only: their points are not for this one.
 *
 * @param jobs points at a time
 * @param runnerFor what evaluates points that read such materials
 */
export async function serveQueue(
  url: string,
  jobs: number,
  runnerFor: (materials: Materials) => Runner,
): Promise<Result<QueueWorker>> {
  const connected = await connect(url);
  if (!connected.ok) return connected;
  const { bullmq, redis, more, disconnect } = connected.value;
  const wrong = await refusal(redis);
  if (wrong) {
    disconnect();
    return failure(wrong);
  }
  const runners = new Map<string, Promise<Runner>>();
  const runnerOf = (key: string): Promise<Runner> => {
    const known = runners.get(key) ?? readMaterials(redis, key).then(runnerFor);
    runners.set(key, known);
    return known;
  };
  let done = 0;
  const worker = new bullmq.Worker<Job, Outcome>(
    queueName(),
    async ({ data }) => {
      const outcome = await (await runnerOf(data.materials)).run(data.point);
      if (!outcome) throw new Error('the worker gave it up');
      done++;
      return outcome;
    },
    {
      connection: more(),
      concurrency: jobs,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      maxStalledCount: restarts,
    },
  );
  worker.on('error', () => undefined);
  await worker.waitUntilReady();
  return success({
    done: () => done,
    async close() {
      await worker.close();
      for (const runner of runners.values()) await (await runner).close();
      disconnect();
    },
  });
}

async function readMaterials(redis: Redis, key: string): Promise<Materials> {
  const text = await redis.get(`bitloom:materials:${key}`);
  if (text === null) throw new Error('what the point reads is no longer in Redis');
  return JSON.parse(text) as Materials;
}

async function refusal(redis: Redis): Promise<Diagnostic | undefined> {
  const names = await redis.keys(`${toolsPrefix}*`);
  if (names.length === 0 || names.includes(toolsPrefix + queueName())) return undefined;
  const known = (await redis.mget(names)).filter((text) => text !== null);
  return known.length === 0 ? undefined : otherTools(JSON.stringify(tools()), known);
}
