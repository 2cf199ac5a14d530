import { clog2, failure, success, type Result } from '../base/index.js';
import { topOf, type Design, type Port } from '../ir/index.js';
import { compile, type CompiledDesign, type Elements } from '../sim/index.js';
import type { Codes } from './codes.js';
import { exactEngine, type DotEngine, type Products } from './engine.js';
import { notADotDatapath } from './problems.js';

/** Which ports of a datapath play which part in an inner product. */
export interface DotPorts {
  readonly activations: Port;
  readonly weights: Port;
  /** True in the first beat of an inner product. */
  readonly first: Port;
  /** True in beats that count; not every datapath has it. */
  readonly valid: Port | undefined;
  /** The sum of the beats before, in every cycle. */
  readonly sum: Port;
}

/**
 * Finds the parts by the ports' names and shapes: `a` (or `x`) and `b` (or `w`), signed vectors of one length for
 * activations and weights; `first` and, if there is one, `valid`; one output, the running sum up to the cycle
 * before. Other inputs are not allowed, as nobody would drive them.
 *
 * @param bits the codes' widths, which the vectors' elements must hold
 */
export function dotPorts(design: Design, bits: number): Result<DotPorts> {
  const top = topOf(design);
  const named = (...names: readonly string[]): Port | undefined =>
    top.inputs.find((port) => names.includes(port.name));
  const [activations, weights, first, valid] = [
    named('a', 'x'),
    named('b', 'w'),
    named('first'),
    named('valid'),
  ];
  const [sum, ...others] = top.outputs;
  const fits = (port: Port | undefined): boolean => !!port && port.signed && port.width / port.lanes >= bits;
  const known = [activations, weights, first, valid];
  const spare = top.inputs.find((port) => port.name !== 'rst_n' && !known.includes(port));
  if (!activations || !weights || !fits(activations) || !fits(weights) || activations.lanes !== weights.lanes)
    return failure(
      notADotDatapath(top.name, `it needs inputs a and b, vectors of one length of int(${bits}) or wider`),
    );
  if (first?.width !== 1) return failure(notADotDatapath(top.name, 'it needs an input first: bool'));
  if (valid && valid.width !== 1) return failure(notADotDatapath(top.name, 'its input valid must be a bool'));
  if (spare) return failure(notADotDatapath(top.name, `nobody drives its input ${spare.name}`));
  if (!sum || others.length > 0 || !sum.signed || sum.lanes !== 1 || sum.width > 53)
    return failure(notADotDatapath(top.name, 'it needs one output, the sum, an int of at most 53 bits'));
  return success({ activations, weights, first, valid, sum });
}

/**
 * Inner products exactly as a datapath gives them: the design compiled, images side by side as its streams, the
 * weights of a column broadcast to all, beats in order. Sums that its accumulator cannot hold wrap as in hardware
 * and are counted.
 *
 * @param design simplified, not pipelined: its latency changes nothing of what it sums
 */
export function datapathEngine(design: Design, bits: number): Result<DotEngine> {
  const ports = dotPorts(design, bits);
  if (!ports.ok) return ports;
  const compiled = compile(design, { inRange: true });
  const { lanes } = ports.value.activations;
  const exact = exactEngine(lanes);
  return success({
    name: topOf(design).name,
    lanes,
    products(a, w, rows, columns, depth) {
      const values = sums(compiled, ports.value, a, w, rows, columns, depth);
      if (canHold(ports.value, bits, depth)) return { values, overflows: 0 };
      const due = exact.products(a, w, rows, columns, depth).values;
      let overflows = 0;
      for (let i = 0; i < due.length; i++) if (values[i] !== due[i]) overflows++;
      return { values, overflows };
    },
  });
}

/** Whether the accumulator holds every sum of that many products of codes. */
function canHold(ports: DotPorts, bits: number, depth: number): boolean {
  return ports.sum.width >= 2 * bits + clog2(depth);
}

function sums(
  compiled: CompiledDesign,
  ports: DotPorts,
  a: Codes,
  w: Codes,
  rows: number,
  columns: number,
  depth: number,
): Products['values'] {
  const { lanes } = ports.weights;
  const beats = Math.ceil(depth / lanes);
  const controls = [ports.weights, ports.first, ...(ports.valid ? [ports.valid] : [])].map(
    (port) => port.name,
  );
  // One cycle more than beats: the sum shows in the cycle behind its last beat.
  compiled.allocate({ cycles: beats + 1, streams: rows, broadcast: controls, lastOnly: true });
  fillActivations(compiled, ports, a, rows, depth);
  compiled.input(ports.first.name)[0] = 1;
  if (ports.valid) compiled.input(ports.valid.name).fill(1, 0, beats);
  const weights = compiled.input(ports.weights.name);
  const values = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    // Beats lie one behind the other, lane by lane: just as a column of weights does.
    weights.set(w.subarray(column * depth, (column + 1) * depth));
    compiled.restart();
    compiled.run();
    takeColumn(compiled, ports.sum, values, rows, columns, column);
  }
  return values;
}

/** From one row an image to the design's layout: an element of all images side by side. */
function fillActivations(
  compiled: CompiledDesign,
  ports: DotPorts,
  a: Codes,
  rows: number,
  depth: number,
): void {
  const elements: Elements = compiled.input(ports.activations.name);
  const { rowStreams } = compiled;
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < depth; k++) elements[k * rowStreams + row] = a[row * depth + k]!;
}

function takeColumn(
  compiled: CompiledDesign,
  sum: Port,
  values: Float64Array,
  rows: number,
  columns: number,
  column: number,
): void {
  const words = compiled.output(sum.name);
  const { rowStreams } = compiled;
  const wide = sum.width > 32;
  for (let row = 0; row < rows; row++) {
    const low = words[row]!;
    values[row * columns + column] = wide ? high(words[rowStreams + row]!, sum.width) * 2 ** 32 + low : low;
  }
}

/** The upper limb of a word of 33 to 64 bits as a signed number. */
function high(limb: number, width: number): number {
  return (limb << (64 - width)) >> (64 - width);
}
