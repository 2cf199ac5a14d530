import type { Module } from '../../ir/index.js';
import { placeBuffers, type Extent, type Places } from './buffers.js';
import { makeKernel, type Kernel } from './kernel.js';
import { powerUpLimbs } from './layout.js';
import type { Program } from './program.js';

/** A design compiled for one setting and one length of rows. */
export interface Build {
  readonly program: Program;
  readonly kernel: Kernel;
  readonly code: WebAssembly.Module;
}

export function build(program: Program, rowStreams: number): Build {
  const kernel = makeKernel(program, rowStreams);
  return { program, kernel, code: new WebAssembly.Module(kernel.code) };
}

type Main = (first: number, end: number, cycles: number, every: number) => void;

/** Buffers, state and code for one extent. */
export interface Session extends Build {
  readonly extent: Extent;
  readonly places: Places;
  readonly memory: WebAssembly.Memory;
  readonly narrow: Main;
  /** As `narrow`, several groups at once; missing where the kernel takes one at a time only. */
  readonly wide: Main | undefined;
  /** Cycles run since the restart. */
  time: number;
}

const page = 65536;

export function openSession(module: Module, made: Build, extent: Extent): Session {
  checkExtent(module, extent);
  const { program, kernel } = made;
  const { stateBytes, memoryBytes } = kernel.places;
  const places = placeBuffers(program, extent, kernel.end, stateBytes, memoryBytes);
  const pages = Math.ceil(places.end / page);
  if (pages > 65536)
    throw new RangeError(
      `${module.name}: ${extent.cycles} cycles of ${extent.streams} streams need over 4 GiB`,
    );
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(made.code, { env: { memory } });
  const session: Session = {
    ...made,
    extent,
    places,
    memory,
    narrow: exports['narrow'] as Main,
    wide: exports['wide'] as Main | undefined,
    time: 0,
  };
  fillSharedMemories(session);
  restart(session);
  return session;
}

function checkExtent(module: Module, { cycles, streams, broadcast, held }: Extent): void {
  const names = new Set(module.inputs.map((port) => port.name));
  const unknown = [...(broadcast ?? []), ...(held ?? [])].find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`${module.name} has no input ${unknown}`);
  if (!(Number.isInteger(cycles) && cycles > 0 && Number.isInteger(streams) && streams > 0))
    throw new RangeError(`${cycles} cycles of ${streams} streams`);
}

function fillSharedMemories({ program, kernel, memory }: Session): void {
  program.memories.forEach((layout, index) => {
    if (!layout.shared) return;
    const limbs = powerUpLimbs(layout);
    new Int32Array(memory.buffer, kernel.places.memories[index]!, limbs.length).set(limbs);
  });
}

/** Every stream's registers and memories as at power-up. */
export function restart(session: Session): void {
  const { program, kernel, places, memory, extent } = session;
  const { stateBytes, memoryBytes } = kernel.places;
  const groups = Math.ceil(extent.streams / 4);
  session.time = 0;
  const state = new Int32Array(memory.buffer, places.state, (groups * stateBytes) / 4);
  program.powerUp.forEach((value, slot) => state.fill(value, 4 * slot, 4 * slot + 4));
  repeatFirst(state, stateBytes / 4);
  const words = new Int32Array(memory.buffer, places.memories, (groups * memoryBytes) / 4);
  words.fill(0, 0, memoryBytes / 4);
  program.memories.forEach((layout, index) => {
    if (layout.shared) return;
    const at = kernel.places.memories[index]! / 4;
    powerUpLimbs(layout).forEach((limb, i) => words.fill(limb, at + 4 * i, at + 4 * i + 4));
  });
  repeatFirst(words, memoryBytes / 4);
}

/** Copies the first `length` elements over all that follow. */
function repeatFirst(elements: Int32Array, length: number): void {
  for (let done = length; done > 0 && done < elements.length; done *= 2) elements.copyWithin(done, 0, done);
}

/** Bytes of some cycles' rows that should stay in the first-level cache while all groups go through them. */
const cacheBytes = 24 * 1024;
/** Vector operations a call: enough to forget its cost, few enough that better code is taken up soon. */
const callSize = { least: 1e5, most: 2e6 };

/** Runs `cycles` cycles of the buffers from their first on, in blocks of cycles and streams. */
export function run(session: Session, cycles: number): void {
  const { extent, kernel } = session;
  if (!(Number.isInteger(cycles) && cycles >= 0 && cycles <= extent.cycles))
    throw new RangeError(`${cycles} of ${extent.cycles} cycles`);
  const groups = Math.ceil(extent.streams / 4);
  const block = cyclesAtOnce(session, groups);
  const step = Math.ceil(callSize.most / (block * kernel.size) / kernel.unroll) * kernel.unroll;
  for (let cycle = 0; cycle < cycles; cycle += block) {
    const count = Math.min(block, cycles - cycle);
    fillTable(session, cycle);
    for (let group = 0; group < groups; group += step)
      runGroups(session, group, Math.min(group + step, groups), count);
    session.time += count;
  }
}

/** How many cycles a group runs before it is the next one's turn. */
function cyclesAtOnce({ places, kernel, program }: Session, groups: number): number {
  const touched = [...places.inputs, ...places.outputs].map(
    ({ layout: { broadcast, rows, elementBytes } }) => (broadcast ? rows * elementBytes : rows * 64),
  );
  const cached = Math.floor(cacheBytes / touched.reduce((sum, bytes) => sum + bytes, 1));
  // State is fetched and put back once a block.
  return Math.max(cached, Math.ceil(callSize.least / (groups * kernel.size)), program.nexts.length >> 2, 4);
}

function runGroups(
  { wide, narrow, kernel, extent }: Session,
  first: number,
  end: number,
  cycles: number,
): void {
  const every = extent.lastOnly ? 0 : 1;
  const middle = wide ? first + Math.floor((end - first) / kernel.unroll) * kernel.unroll : first;
  if (wide && middle > first) wide(first, middle, cycles, every);
  if (end > middle) narrow(middle, end, cycles, every);
}

/** See `tableWords`. */
function fillTable({ kernel, memory, places, time }: Session, cycle: number): void {
  const swapped = kernel.stateInMemory && time % 2 === 1;
  const half = kernel.stateInMemory ? kernel.places.stateBytes / 2 : 0;
  const words = new Uint32Array(memory.buffer);
  let index = 0;
  for (const ports of [places.inputs, places.outputs])
    for (const { address, cycleBytes } of ports) {
      words[index++] = address + cycle * cycleBytes;
      words[index++] = cycleBytes;
    }
  words[index++] = places.state + (swapped ? half : 0);
  words[index++] = places.state + (swapped ? 0 : half);
  words[index++] = places.memories;
  words[index] = 0;
}
