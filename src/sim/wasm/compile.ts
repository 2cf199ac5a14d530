import { flatten, type Design, type Module } from '../../ir/index.js';
import {
  elementsAt,
  paddedStreams,
  readWord,
  writeWord,
  type Elements,
  type Extent,
  type PortPlace,
} from './buffers.js';
import { lower } from './lower.js';
import type { Program } from './program.js';
import { endThreads } from './share.js';
import { build, openSession, restart, run, type Build, type Session } from './session.js';

/** A design compiled to WebAssembly: many cycles of many independent streams at once, bit exact. */
export interface CompiledDesign {
  /** The flattened design. */
  readonly module: Module;
  /** Elements in a row of the buffers: a multiple of four, at least the streams asked for. */
  readonly rowStreams: number;
  /**
   * Makes buffers for that many cycles and streams, all zero, and restarts. Elements of earlier buffers are no
   * longer the design's.
   *
   * @throws RangeError where they do not fit the 4 GiB of a WebAssembly memory
   */
  allocate(extent: Extent): void;
  /**
   * The elements of an input port, to be filled: `[cycle][lane][stream]`, streams side by side, each row
   * `rowStreams` long; a lane wider than 32 bits takes a row for each of its limbs, lowest first. Only a lane's
   * low bits count. See `Extent` for what leaves out a dimension.
   */
  input(name: string): Elements;
  /** The elements of an output port, laid out likewise: whole numbers of the lane's width and sign. */
  output(name: string): Elements;
  /** Fills in the word of an input port in one cycle and stream: slow, but the same for all layouts. */
  setWord(name: string, cycle: number, stream: number, word: bigint): void;
  /** The word of an output port in one cycle and stream. */
  word(name: string, cycle: number, stream: number): bigint;
  /**
   * Runs the cycles of the buffers, or the first `cycles` of them, from the state that the run before left.
   * Outputs are those before each cycle's clock edge.
   */
  run(cycles?: number): void;
  /** Back to power-up: every stream's registers and memories. Buffers keep what they hold. */
  restart(): void;
  /** Ends the threads and gives up the buffers, until the next `allocate`. */
  close(): void;
}

export interface CompileOptions {
  /**
   * Whether input elements are known to be numbers of their lanes' widths: then none is cut to its width, and
   * one that is not gives wrong outputs. Worth it for lanes of other than 8, 16 and 32 bits. Default: false.
   */
  readonly inRange?: boolean;
  /**
   * Threads that share the work, the caller's among them; the others wait between runs, and outputs do not depend on
   * their number. Default: 1.
   */
  readonly threads?: number;
}

/**
 * Compiles a design. The code is made at `allocate`, as it depends on which ports are broadcast and how long rows
 * are; code of earlier calls is kept.
 */
export function compile(design: Design, options: CompileOptions = {}): CompiledDesign {
  const module = flatten(design);
  const programs = new Map<string, Program>();
  const builds = new Map<string, Build>();
  let session: Session | undefined;
  const { threads = 1 } = options;

  function close(): void {
    if (session && session.threads > 1) endThreads(session.plan);
    session = undefined;
  }

  function current(): Session {
    if (!session) throw new Error(`${module.name}: no buffers are allocated`);
    return session;
  }

  function buildFor(extent: Extent): Build {
    const broadcast = new Set(extent.broadcast);
    const drivenReset = extent.drivenReset ?? false;
    const key = `${drivenReset} ${[...broadcast].sort().join(' ')}`;
    const inRange = options.inRange ?? false;
    const program = programs.get(key) ?? lower(module, { broadcast, drivenReset, inRange });
    programs.set(key, program);
    const rowStreams = paddedStreams(extent.streams);
    const made = builds.get(`${rowStreams} ${key}`) ?? build(program, rowStreams, threads > 1);
    builds.set(`${rowStreams} ${key}`, made);
    return made;
  }

  const placeOf = (places: readonly PortPlace[], name: string): PortPlace => {
    const found = places.find(({ layout }) => layout.port.name === name);
    if (!found) throw new Error(`${module.name} has no port ${name} of that direction`);
    return found;
  };
  const elements = (place: PortPlace): Elements => elementsAt(current().memory.buffer, place);
  const inputPlace = (name: string): PortPlace => placeOf(current().places.inputs, name);
  const outputPlace = (name: string): PortPlace => placeOf(current().places.outputs, name);

  return {
    module,
    get rowStreams() {
      return paddedStreams(current().extent.streams);
    },
    allocate(extent) {
      close();
      session = openSession(module, buildFor(extent), extent, threads);
    },
    input: (name) => elements(inputPlace(name)),
    output: (name) => elements(outputPlace(name)),
    setWord(name, cycle, stream, word) {
      const place = inputPlace(name);
      writeWord(elements(place), place, cycle, stream, word);
    },
    word(name, cycle, stream) {
      const place = outputPlace(name);
      return readWord(elements(place), place, cycle, stream);
    },
    run: (cycles = current().extent.cycles) => run(current(), cycles),
    restart: () => restart(current()),
    close,
  };
}
