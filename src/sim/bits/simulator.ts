import { elementsAt, readWord, writeWord, type Elements, type PortPlace } from '../wasm/buffers.js';
import type { PortLayout } from '../wasm/layout.js';
import { bitKernel, type BitKernel } from './kernel.js';
import { layOut } from './layout.js';
import type { BitNetwork } from './network.js';
import { fullAfter } from './toggles.js';

/** A network of single bits made ready to run: 128 independent streams in each instruction. */
export interface BitSimulator {
  /** Elements in a row of the buffers: a multiple of 128. */
  readonly rowStreams: number;
  /**
   * Makes buffers, all zero, for that many cycles and streams. `toggles` asks for counts of changes.
   *
   * @throws RangeError where they do not fit the 4 GiB of a WebAssembly memory
   */
  allocate(extent: { readonly cycles: number; readonly streams: number; readonly toggles?: boolean }): void;
  /**
   * The elements of an input port, to be filled: `[cycle][limb][stream]`, unsigned, of 8, 16 or 32 bits; wider words
   * are limbs of 32 bits, lowest first. Bits beyond the port's width are not looked at.
   */
  input(name: string): Elements;
  output(name: string): Elements;
  setWord(name: string, cycle: number, stream: number, word: bigint): void;
  word(name: string, cycle: number, stream: number): bigint;
  /** Fixes a net, which must be among the forced ones, at 0 or 1 in one stream; undefined sets it free again. */
  force(net: number, stream: number, value: 0 | 1 | undefined): void;
  /** Runs all cycles of all streams, each from all states at zero. */
  run(): void;
  /** How often each net changed in the last run between the ends of one cycle and the next, over all streams. */
  toggles(): Float64Array;
}

interface Extent {
  readonly cycles: number;
  readonly streams: number;
  readonly toggles: boolean;
}

type Call = () => void;

interface Session {
  readonly extent: Extent;
  readonly memory: WebAssembly.Memory;
  readonly places: readonly PortPlace[];
  readonly calls: Readonly<Record<'cycle' | 'settle' | 'edge' | 'count' | 'remember' | 'flush', Call>>;
  readonly toggles: Float64Array;
}

const blockStreams = 128;

/**
 * Compiles a network. `forced` are the nets that can be forced: none by default, as each costs two instructions.
 */
export function compileBits(network: BitNetwork, forced: readonly number[] = []): BitSimulator {
  const kernel = bitKernel(network, layOut(network, forced));
  const code = new WebAssembly.Module(kernel.code);
  const forces = new Map<string, { net: number; stream: number; value: 0 | 1 }>();
  let session: Session | undefined;

  function current(): Session {
    if (!session) throw new Error('no buffers are allocated');
    return session;
  }
  const placeOf = (name: string): PortPlace => {
    const place = current().places.find(({ layout }) => layout.port.name === name);
    if (!place) throw new Error(`there is no port ${name}`);
    return place;
  };
  const elements = (place: PortPlace): Elements => elementsAt(current().memory.buffer, place);

  return {
    get rowStreams() {
      return padded(current().extent.streams);
    },
    allocate({ cycles, streams, toggles = false }) {
      session = open(kernel, code, { cycles, streams, toggles }, network.nets);
    },
    input: (name) => elements(placeOf(name)),
    output: (name) => elements(placeOf(name)),
    setWord(name, cycle, stream, word) {
      const place = placeOf(name);
      writeWord(elements(place), place, cycle, stream, word);
    },
    word(name, cycle, stream) {
      const place = placeOf(name);
      return readWord(elements(place), place, cycle, stream);
    },
    force(net, stream, value) {
      if (!kernel.layout.force.has(net)) throw new Error(`net ${net} is not among the forced ones`);
      const key = `${net} ${stream}`;
      if (value === undefined) forces.delete(key);
      else forces.set(key, { net, stream, value });
    },
    run: () => run(kernel, current(), network, [...forces.values()]),
    toggles: () => current().toggles.slice(),
  };
}

function padded(streams: number): number {
  return Math.ceil(streams / blockStreams) * blockStreams;
}

function open(kernel: BitKernel, code: WebAssembly.Module, extent: Extent, nets: number): Session {
  const { cycles, streams } = extent;
  if (!(Number.isInteger(cycles) && cycles > 0 && Number.isInteger(streams) && streams > 0))
    throw new RangeError(`${cycles} cycles of ${streams} streams`);
  const { layout } = kernel;
  let end = layout.end;
  const places = [...layout.inputs, ...layout.outputs].map(({ layout: port }): PortPlace => {
    const place = placePort(port, end, extent);
    end += place.length * port.elementBytes;
    return place;
  });
  const pages = Math.ceil(end / 65536);
  if (pages > 65536) throw new RangeError(`${cycles} cycles of ${streams} streams need over 4 GiB`);
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(code, { env: { memory, base: 0 } });
  return { extent, memory, places, calls: exports as Session['calls'], toggles: new Float64Array(nets) };
}

function placePort(layout: PortLayout, address: number, { cycles, streams }: Extent): PortPlace {
  const rowBytes = layout.elementBytes * padded(streams);
  const cycleBytes = layout.rows * rowBytes;
  return { layout, address, rowBytes, cycleBytes, length: (cycleBytes * cycles) / layout.elementBytes };
}

function run(
  kernel: BitKernel,
  session: Session,
  network: BitNetwork,
  forces: readonly { net: number; stream: number; value: 0 | 1 }[],
): void {
  const { extent, toggles } = session;
  toggles.fill(0);
  for (let first = 0; first < extent.streams; first += blockStreams) {
    startBlock(kernel, session, network, Math.min(blockStreams, extent.streams - first));
    for (const { net, stream, value } of forces)
      if (stream >= first && stream < first + blockStreams)
        setForce(kernel, session, net, stream - first, value);
    for (let cycle = 0; cycle < extent.cycles; cycle++) {
      pointPorts(session, cycle, first);
      if (extent.toggles) countedCycle(session, cycle);
      else session.calls.cycle();
    }
    if (extent.toggles) addTotals(kernel, session);
  }
}

function countedCycle({ calls }: Session, cycle: number): void {
  calls.settle();
  if (cycle === 0) calls.remember();
  else calls.count();
  if (cycle % fullAfter === 0) calls.flush();
  calls.edge();
}

/** States at zero, nothing forced, counts at zero, and the mask of the streams that are there. */
function startBlock({ layout }: BitKernel, { memory }: Session, { states }: BitNetwork, count: number): void {
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0, layout.states, layout.states + 16 * states.length);
  bytes.fill(0, layout.counts, layout.counts + layout.bytes);
  bytes.fill(0, layout.totals, layout.totals + layout.bytes);
  for (const place of layout.force.values())
    bytes.fill(0xff, place, place + 16).fill(0, place + 16, place + 32);
  bytes.fill(0, layout.mask, layout.mask + 16);
  for (let stream = 0; stream < count; stream++) setBit(bytes, layout.mask, stream, 1);
}

function setForce(
  { layout }: BitKernel,
  { memory }: Session,
  net: number,
  stream: number,
  value: 0 | 1,
): void {
  const bytes = new Uint8Array(memory.buffer);
  const place = layout.force.get(net)!;
  setBit(bytes, place, stream, 0);
  setBit(bytes, place + 16, stream, value);
}

/** Stream 16·i + j is bit i of byte j of a plane; see `transpose.ts`. */
function setBit(bytes: Uint8Array, plane: number, stream: number, value: 0 | 1): void {
  const at = plane + (stream & 15);
  const bit = 1 << (stream >> 4);
  bytes[at] = value === 1 ? bytes[at]! | bit : bytes[at]! & ~bit;
}

function pointPorts({ memory, places }: Session, cycle: number, stream: number): void {
  const table = new Uint32Array(memory.buffer, 0, 2 * places.length);
  places.forEach(({ address, rowBytes, cycleBytes, layout }, port) => {
    table[2 * port] = address + cycle * cycleBytes + stream * layout.elementBytes;
    table[2 * port + 1] = rowBytes;
  });
}

function addTotals({ layout }: BitKernel, { memory, calls, toggles }: Session): void {
  calls.flush();
  const totals = new Uint32Array(memory.buffer, layout.totals, layout.bytes / 4);
  toggles.forEach((_, net) => {
    const at = (layout.net(net) - layout.nets) / 4;
    for (let lane = 0; lane < 4; lane++) toggles[net]! += totals[at + lane]!;
  });
}
