import { failure, success, type Result } from '../base/index.js';
import { numberDecoder, type NumberFormat } from '../format/index.js';
import { topOf, type Design, type Port } from '../ir/index.js';
import { compile, type CompiledDesign } from '../sim/index.js';
import type { DotEngine, DotSession, Lane } from './engine.js';
import { doesNotSum } from './problems.js';
import { dotPorts, portFormat, type DotPorts } from './roles.js';

/**
 * Inner products exactly as a datapath gives them: the design compiled, each stream a life of it, beats in order. Sums
 * that its accumulator cannot hold wrap, saturate or round as in hardware. That it sums at all is tried on one beat.
 *
 * @param design simplified, not pipelined: its latency changes nothing of what it sums
 */
export function datapathEngine(design: Design): Result<DotEngine> {
  const found = dotPorts(design);
  if (!found.ok) return found;
  const ports = found.value;
  const { lanes } = ports.activations;
  const sum = portFormat(ports.sum)!;
  const scale = (port: Port | undefined): NumberFormat | undefined => port && portFormat(port);
  const engine = {
    name: topOf(design).name,
    lanes,
    activations: { element: portFormat(ports.activations)!, scale: scale(ports.activationScales) },
    weights: { element: portFormat(ports.weights)!, scale: scale(ports.weightScales) },
    block: lanes / (ports.activationScales?.lanes ?? 1),
    sumBits: sum.kind === 'fixed' ? ports.sum.width : undefined,
    open: sessions(design, ports),
  };
  const unit = unitOf({ ...engine, unit: 1 });
  return unit === undefined ? failure(doesNotSum(engine.name)) : success({ ...engine, unit });
}

/** A compiled design, and the buffers that it has. */
interface Held {
  readonly compiled: CompiledDesign;
  cycles: number;
  /** rows behind which everything is zero */
  dirty: number;
}

/** Designs compiled for numbers of streams are kept, as compiling takes longer than most runs. */
function sessions(design: Design, ports: DotPorts): DotEngine['open'] {
  const kept = new Map<string, Held>();
  const { lanes } = ports.activations;
  return (depth, streams, own) => {
    const beats = Math.ceil(depth / lanes);
    const key = `${streams} ${own}`;
    const held = kept.get(key) ?? { compiled: compile(design, { inRange: true }), cycles: 0, dirty: 0 };
    kept.set(key, held);
    if (held.cycles < beats + 1) allocate(held, ports, beats + 1, streams, own);
    return session(held, ports, beats, depth, own);
  };
}

function allocate(held: Held, ports: DotPorts, cycles: number, streams: number, own: boolean): void {
  const { first, valid, weights, weightScales } = ports;
  const shared = [first, valid, ...(own ? [] : [weights, weightScales])].flatMap((port) => port?.name ?? []);
  held.compiled.allocate({ cycles, streams, broadcast: shared, lastOnly: true });
  held.compiled.input(first.name)[0] = 1;
  held.cycles = cycles;
  held.dirty = 0;
}

function session(held: Held, ports: DotPorts, beats: number, depth: number, own: boolean): DotSession {
  const { compiled } = held;
  const { lanes } = ports.activations;
  const stride = compiled.rowStreams;
  const buffer = (port: Port | undefined): Lane | undefined => port && compiled.input(port.name);
  const [activations, weights] = [buffer(ports.activations)!, buffer(ports.weights)!];
  const [activationScales, weightScales] = [buffer(ports.activationScales), buffer(ports.weightScales)];
  // Rows of an earlier and longer inner product that this one does not fill.
  const end = (beats + 1) * lanes;
  activations.fill(0, depth * stride, Math.max(end, held.dirty) * stride);
  weights.fill(0, own ? depth * stride : depth);
  activationScales?.fill(0);
  weightScales?.fill(0);
  held.dirty = end;
  const valid = buffer(ports.valid);
  valid?.fill(0).fill(1, 0, beats);
  const sums = sumReader(compiled, ports.sum);
  return {
    stride,
    activations,
    weights,
    activationScales,
    weightScales,
    run() {
      compiled.restart();
      // One cycle more than beats: the sum shows in the cycle behind its last beat.
      compiled.run(beats + 1);
      return sums();
    },
  };
}

function sumReader(compiled: CompiledDesign, port: Port): () => Int32Array | Float64Array {
  const words = compiled.output(port.name);
  const format = portFormat(port)!;
  const { rowStreams } = compiled;
  if (format.kind === 'float') {
    const numbers = new Float64Array(rowStreams);
    const decode = numberDecoder(format);
    const reader =
      port.format === 'fp32' ? new Float32Array(words.buffer, words.byteOffset, rowStreams) : undefined;
    return () => {
      if (reader) numbers.set(reader);
      else for (let i = 0; i < rowStreams; i++) numbers[i] = decode(words[i]!);
      return numbers;
    };
  }
  if (words instanceof Int32Array) return () => words;
  if (port.width <= 32) return () => Int32Array.from(words);
  const numbers = new Float64Array(rowStreams);
  const shift = 64 - port.width;
  return () => {
    for (let i = 0; i < rowStreams; i++)
      numbers[i] = ((words[rowStreams + i]! << shift) >> shift) * 2 ** 32 + words[i]!;
    return numbers;
  };
}

/**
 * What one unit of the sum stands for, tried on a beat: the greatest scales times a product of two elements that are 1,
 * over what comes out, as a power of two. Undefined if the sum of twice as many is not twice as great.
 */
function unitOf(engine: DotEngine): number | undefined {
  const tried = [1, 2].map((terms) => {
    const open = engine.open(engine.lanes, 1, false);
    const [a, w] = [oneOf(engine.activations.element), oneOf(engine.weights.element)];
    for (let k = 0; k < Math.min(terms, engine.lanes); k++) {
      open.activations[k * open.stride] = a.code;
      open.weights[k] = w.code;
    }
    const [as, ws] = [greatestScale(engine.activations.scale), greatestScale(engine.weights.scale)];
    for (let b = 0; open.activationScales && b < engine.lanes / engine.block; b++) {
      open.activationScales[b * open.stride] = as.code;
      open.weightScales![b] = ws.code;
    }
    return {
      due: a.value * w.value * as.value * ws.value * Math.min(terms, engine.lanes),
      sum: open.run()[0]!,
    };
  });
  const units = tried.map(({ due, sum }) => 2 ** Math.round(Math.log2(due / sum)));
  const [one, two] = units as [number, number];
  return Number.isFinite(one) && one === two ? one : undefined;
}

interface Known {
  readonly code: number;
  readonly value: number;
}

/** 1, or the least positive element that there is where formats are all below 1. */
function oneOf(format: NumberFormat): Known {
  const decode = numberDecoder(format);
  const codes = format.kind === 'fixed' ? 2 ** (format.width - (format.signed ? 1 : 0)) : 2 ** 15;
  let best: Known = { code: 1, value: decode(1) };
  for (let code = 1; code < Math.min(codes, 2 ** 16); code++) {
    const value = decode(code);
    if (value === 1) return { code, value };
    if (Number.isFinite(value) && value > 0 && value < 1) best = { code, value };
  }
  return best;
}

/** The greatest whole number of integer scales, as these may be rounded; 1 of others. */
function greatestScale(format: NumberFormat | undefined): Known {
  if (!format) return { code: 0, value: 1 };
  if (format.kind === 'float') return oneOf(format);
  const code = 2 ** format.width - 1;
  return { code, value: numberDecoder(format)(code) };
}
