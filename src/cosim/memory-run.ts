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

/** How the memories behave beyond their timing, and how items come. */
export interface MemoryBehaviour {
  /** By how many cycles a read comes later at most, at random. */
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

/** What the design's channels are attached to. */
export interface AttachedMemories {
  /** The clock of the design. */
  readonly clockNs: number;
  /** Timings by the names that `Timing` in templates/dram.h.hbs has for them; and of each DRAM channel, which they are. */
  readonly timings: readonly Figures[];
  readonly drams: readonly number[];
  /** How they are scheduled, by the names of `Policy` there. */
  readonly policy: Figures;
  /** One for each channel of the design. */
  readonly ports: readonly AttachedPort[];
}

type Figures = Readonly<Record<string, number | boolean>>;

export interface AttachedPort {
  readonly dram: number;
  readonly pseudo: number;
  /** Between an address and its coming to the DRAM. */
  readonly overheadNs: number;
  readonly clockPs: number;
  readonly banksPerGroup: number;
  readonly burstBytes: number;
  /** The parts of the number of a burst, the least significant first. */
  readonly fields: readonly {
    readonly part: 'row' | 'bank' | 'group' | 'column';
    readonly size: number;
  }[];
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
  memories: AttachedMemories,
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
    dramModel: render('dram.h', {}),
    ...memories,
    timings: memories.timings.map((figures, number) => ({ number, figures: listed(figures) })),
    policy: listed(memories.policy),
  });
  const model = await build([emitted], { ...options, quick: true, driver: () => driver });
  if (!model.ok) return model;
  return success({ model: model.value, itemWords: words(item.fields[0]!), rowWords });
}

function listed(figures: Figures): readonly { readonly name: string; readonly value: number | boolean }[] {
  return Object.entries(figures).map(([name, value]) => ({ name, value }));
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
  const { seed, jitter, stall, errors, reorder, alone } = behaviour;
  try {
    const [from, to] = [join(folder, 'items'), join(folder, 'rows')];
    await writeFile(from, items);
    const numbers = [count, seed, jitter, stall, errors, Number(reorder), Number(alone)];
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
