import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import type { Emitted } from '../emit/index.js';
import type { Module } from '../ir/index.js';
import { render } from '../template/index.js';
import { memoryStreams } from './memory-circuit.js';
import { buildFailed } from './problems.js';
import { run } from './run.js';
import { build, wordsFor, type BuildOptions, type Model } from './verilator.js';

/** How the memories behave, and how items come. Times are cycles. */
export interface MemoryBehaviour {
  /** From the address of a read to its first beat, and the most that comes on top of it at random. */
  readonly latency: number;
  readonly jitter: number;
  /** In how many of 100 cycles each side of each handshake stalls. */
  readonly stall: number;
  /** One of so many reads is answered by an error, see `failsAt`; 0 for none. */
  readonly errors: number;
  /** Whether reads overtake each other. */
  readonly reorder: boolean;
  /** Whether an item comes only when the last one's row is out. */
  readonly alone: boolean;
  readonly seed: number;
}

/** A program that runs items through a design with one stream in and one out beside those of its memories. */
export interface MemoryModel {
  readonly model: Model;
  /** 32-bit words of an item, and of a row: those of each field one after the other. */
  readonly itemWords: number;
  readonly rowWords: readonly number[];
}

/** Builds the emitted design with a model of its memories. */
export async function buildMemoryModel(
  module: Module,
  emitted: Emitted,
  options: Pick<BuildOptions, 'cache'>,
): Promise<Result<MemoryModel>> {
  const channels = memoryStreams(module);
  const inner = channels.flatMap(({ addresses, beats }) => [addresses, beats]);
  const rest = (module.streams ?? []).filter((stream) => !inner.includes(stream));
  const item = rest.find(({ direction }) => direction === 'in')!;
  const row = rest.find(({ direction }) => direction === 'out')!;
  const widthOf = (name: string): number =>
    [...module.inputs, ...module.outputs].find((port) => port.name === name)!.width;
  const words = (name: string): number => wordsFor(widthOf(name));
  const rowWords = row.fields.map(words);
  const beatBytes = channels[0] ? widthOf(`${channels[0].name}_r_data`) / 8 : 4;
  const driver = render('memory.cpp', {
    itemPort: item.fields[0],
    itemValid: item.valid,
    itemReady: item.ready,
    itemWords: words(item.fields[0]!),
    rowPorts: row.fields,
    rowValid: row.valid,
    rowReady: row.ready,
    rowWords: rowWords.reduce((sum, count) => sum + count, 0),
    imageName: 'channelN.bin',
    beatBytes,
    beatWords: beatBytes / 4,
    channels: channels.map(({ name }, number) => ({ name, number })),
  });
  const model = await build([emitted], { ...options, quick: true, driver: () => driver });
  if (!model.ok) return model;
  return success({ model: model.value, itemWords: words(item.fields[0]!), rowWords });
}

export interface MemoryRun {
  /** The words of every row, in order. */
  readonly rows: Uint32Array;
  /** From the first item to the first row, and to the last. */
  readonly firstCycle: number;
  readonly lastCycle: number;
  /** From an item being offered to its row, on average. */
  readonly latencyCycles: number;
  readonly reads: number;
  readonly overtaken: number;
}

/**
 * Runs items through the design.
 *
 * @param images the folder with `channelN.bin` for every channel, and the `.hex` files of the design's own memories
 * @param items the words of all items
 */
export async function runOnMemories(
  { model, itemWords }: MemoryModel,
  images: string,
  items: Uint32Array,
  behaviour: MemoryBehaviour,
): Promise<Result<MemoryRun>> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-'));
  const count = items.length / itemWords;
  const { seed, latency, jitter, stall, errors, reorder, alone } = behaviour;
  try {
    const [from, to] = [join(folder, 'items'), join(folder, 'rows')];
    await writeFile(from, items);
    const numbers = [count, seed, latency, jitter, stall, errors, Number(reorder), Number(alone)];
    const given = [from, to, resolve(images), ...numbers.map(String)];
    // The Verilog reads its memories from where the program runs.
    const ran = await run(resolve(model.program), given, images);
    if (ran.code !== 0)
      return failure(buildFailed('running the memory model', ran.stderr || `exit code ${ran.code}`));
    const bytes = await readFile(to);
    const [first, last, sum, reads, overtaken] = ran.stdout.trim().split(' ').map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return success({
      rows: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4),
      firstCycle: first,
      lastCycle: last,
      latencyCycles: sum / count,
      reads,
      overtaken,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the model answers the read at the address of its first beat by an error. */
export function failsAt({ errors, seed }: MemoryBehaviour, channel: number, address: number): boolean {
  if (errors === 0) return false;
  let h =
    Math.imul(Math.floor(address / 8) >>> 0, 2654435761) ^
    Math.imul(channel + 1, 2246822519) ^
    Math.imul(seed, 3266489917);
  h = Math.imul(h ^ (h >>> 15), 2246822519);
  h ^= h >>> 13;
  return (h >>> 0) % errors === 0;
}
