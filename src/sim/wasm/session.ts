import type { Module } from '../../ir/index.js';
import { mostPages } from './binary.js';
import { align, placeBuffers, type Extent, type Places } from './buffers.js';
import { makeKernel, type Kernel } from './kernel.js';
import { powerUpLimbs } from './layout.js';
import type { Program } from './program.js';
import { awaitRun, runShare, startRun, startThread, type Main, type Plan } from './share.js';

/** A design compiled for one setting and one length of rows. */
export interface Build {
  readonly program: Program;
  readonly kernel: Kernel;
  readonly code: WebAssembly.Module;
}

export function build(program: Program, rowStreams: number, shared: boolean): Build {
  const kernel = makeKernel(program, rowStreams, shared);
  return { program: kernel.program, kernel, code: new WebAssembly.Module(kernel.code) };
}

/** Buffers, state and code for one extent. */
export interface Session extends Build {
  readonly extent: Extent;
  readonly places: Places;
  readonly memory: WebAssembly.Memory;
  readonly narrow: Main;
  /** As `narrow`, several groups at once; missing where the kernel takes one at a time only. */
  readonly wide: Main | undefined;
  /** How many threads run it, the caller's among them. */
  readonly threads: number;
  readonly plan: Plan;
  /** The caller's table. */
  readonly table: Uint32Array;
  /** What the plan is for: so many cycles, the first an even or an odd one since the restart. */
  planned: { readonly cycles: number; readonly parity: number };
  /** Cycles run since the restart. */
  time: number;
}

const page = 65536;

export function openSession(module: Module, made: Build, extent: Extent, most: number): Session {
  checkExtent(module, extent);
  const { program, kernel } = made;
  const { stateBytes, memoryBytes } = kernel.places;
  const groups = groupsOf(kernel, extent);
  const places = placeBuffers(program, extent, groups, kernel.end, stateBytes, memoryBytes);
  const threads = Math.min(most, Math.ceil(groups / kernel.unroll));
  const own = align(kernel.end);
  const ends = align(places.end);
  const pages = Math.ceil((ends + (threads - 1) * own) / page);
  if (pages > mostPages)
    throw new RangeError(
      `${module.name}: ${extent.cycles} cycles of ${extent.streams} streams need over 4 GiB`,
    );
  const memory = new WebAssembly.Memory(
    most > 1 ? { initial: pages, maximum: mostPages, shared: true } : { initial: pages },
  );
  const { exports } = new WebAssembly.Instance(made.code, { env: { memory, base: 0 } });
  const session: Session = {
    ...made,
    extent,
    places,
    memory,
    narrow: exports['narrow'] as Main,
    wide: exports['wide'] as Main | undefined,
    threads,
    plan: emptyPlan(kernel, extent, threads),
    table: new Uint32Array(memory.buffer, 0, kernel.tableWords),
    planned: { cycles: 0, parity: 0 },
    time: 0,
  };
  for (let share = 1; share < threads; share++) {
    const base = ends + (share - 1) * own;
    startThread({ code: made.code, memory, base, plan: session.plan, share, words: kernel.tableWords });
  }
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

/** Groups of four streams, also those that only fill up what runs at once. */
function groupsOf({ least }: Kernel, { streams }: Extent): number {
  return Math.ceil(streams / (4 * least)) * least;
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
  const groups = groupsOf(kernel, extent);
  session.time = 0;
  const state = new Uint8Array(memory.buffer, places.state, groups * stateBytes);
  program.powerUp.forEach((value, slot) => fillSlot(session, state, slot, value));
  repeatFirst(state, kernel.least * stateBytes);
  const words = new Int32Array(memory.buffer, places.memories, (groups * memoryBytes) / 4);
  words.fill(0, 0, memoryBytes / 4);
  program.memories.forEach((layout, index) => {
    if (layout.shared) return;
    const at = kernel.places.memories[index]! / 4;
    powerUpLimbs(layout).forEach((limb, i) => words.fill(limb, at + 4 * i, at + 4 * i + 4));
  });
  repeatFirst(words, memoryBytes / 4);
}

/** The same number in all streams of the first groups. */
function fillSlot({ program, kernel }: Session, state: Uint8Array, slot: number, value: number): void {
  const bytes = program.slotLanes[slot]! / 8;
  const start = kernel.places.slots[slot]!;
  for (let i = 0; i < 4 * kernel.least * bytes; i++) state[start + i] = value >> (8 * (i % bytes));
}

/** Copies the first `length` elements over all that follow. */
function repeatFirst(elements: Int32Array | Uint8Array, length: number): void {
  for (let done = length; done > 0 && done < elements.length; done *= 2) elements.copyWithin(done, 0, done);
}

/** Bytes of some cycles' rows that should stay in the first-level cache while all groups go through them. */
const cacheBytes = 24 * 1024;
/** Cycles a block has at least. */
const leastBlock = 4;
/** Vector operations a call: enough to forget its cost, few enough that better code is taken up soon. */
const callSize = { least: 1e5, most: 2e6 };

/** Runs `cycles` cycles of the buffers from their first on, in blocks of cycles and streams. */
export function run(session: Session, cycles: number): void {
  const { extent, plan, threads } = session;
  if (!(Number.isInteger(cycles) && cycles >= 0 && cycles <= extent.cycles))
    throw new RangeError(`${cycles} of ${extent.cycles} cycles`);
  if (cycles === 0) return;
  const { planned } = session;
  if (cycles !== planned.cycles || parity(session) !== planned.parity) fillPlan(session, cycles);
  session.time += cycles;
  if (threads > 1) startRun(plan);
  runShare(plan, 0, session.table, session.wide, session.narrow);
  if (threads > 1) awaitRun(plan, threads - 1);
}

/** Which of two copies of the state the next cycle begins with. */
function parity({ kernel, time }: Session): number {
  return kernel.stateInMemory ? time % 2 : 0;
}

/** See `Plan`: the greatest number of blocks is that of blocks of the least size. */
function emptyPlan({ tableWords }: Kernel, { cycles }: Extent, threads: number): Plan {
  const words = 8 + 2 * threads + Math.ceil(cycles / leastBlock) * (tableWords + 1);
  return new Int32Array(new SharedArrayBuffer(4 * words));
}

function fillPlan(session: Session, cycles: number): void {
  const { extent, kernel, plan, threads } = session;
  const groups = groupsOf(kernel, extent);
  const block = cyclesAtOnce(session, groups);
  const step = Math.ceil(callSize.most / (block * kernel.size) / kernel.unroll) * kernel.unroll;
  const start = 8 + 2 * threads;
  const every = extent.lastOnly ? 0 : 1;
  plan.set([Math.ceil(cycles / block), kernel.tableWords, step, kernel.unroll, every, start], 2);
  const share = Math.ceil(groups / threads / kernel.unroll) * kernel.unroll;
  for (let t = 0; t < threads; t++)
    plan.set([Math.min(groups, t * share), Math.min(groups, (t + 1) * share)], 8 + 2 * t);
  let at = start;
  for (let cycle = 0; cycle < cycles; cycle += block) {
    const count = Math.min(block, cycles - cycle);
    plan[at] = count;
    fillTable(session, cycle, plan.subarray(at + 1, at + 1 + kernel.tableWords));
    at += kernel.tableWords + 1;
  }
  session.planned = { cycles, parity: parity(session) };
}

/** How many cycles a group runs before it is the next one's turn. */
function cyclesAtOnce({ places, kernel, program }: Session, groups: number): number {
  const touched = [...places.inputs, ...places.outputs].map(
    ({ layout: { broadcast, rows, elementBytes } }) => (broadcast ? rows * elementBytes : rows * 64),
  );
  const cached = Math.floor(cacheBytes / touched.reduce((sum, bytes) => sum + bytes, 1));
  // State is fetched and put back once a block.
  return Math.max(
    cached,
    Math.ceil(callSize.least / (groups * kernel.size)),
    program.nexts.length >> 2,
    leastBlock,
  );
}

/** See `Kernel`. */
function fillTable({ kernel, places, time }: Session, cycle: number, words: Int32Array): void {
  const swapped = kernel.stateInMemory && (time + cycle) % 2 === 1;
  const half = kernel.stateInMemory ? (kernel.least * kernel.places.stateBytes) / 2 : 0;
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
