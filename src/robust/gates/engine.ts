import { compileBits, type BitNetwork, type BitSimulator, type Elements } from '../../sim/index.js';
import type { DotEngine, DotSession } from '../../nn/index.js';

/** Which ports of a netlist play which part in an inner product, by their names in the netlist. */
export interface GatePorts {
  /** with the bits of one element */
  readonly activations: { readonly name: string; readonly bits: number };
  readonly weights: { readonly name: string; readonly bits: number };
  readonly first: string;
  readonly valid: string | undefined;
  readonly sum: { readonly name: string; readonly bits: number };
  readonly reset: string | undefined;
}

/** An engine made of gates, of which lines may be stuck. */
export interface GateEngine {
  readonly engine: DotEngine;
  /** Makes a line stuck at a value for all that is computed from now on; without one, all is as it should be. */
  readonly stick: (fault: { readonly net: number; readonly value: 0 | 1 } | undefined) => void;
}

/** Streams that are simulated at once. */
const blockStreams = 128;

/**
 * Takes inner products in a netlist, gate by gate: 128 at once, each from all flip-flops at zero, without a reset.
 *
 * @param like the datapath that the netlist was made of: integers without scales
 * @param latency cycles that the netlist's output lags behind
 * @param nets that may be stuck
 */
export function gateEngine(
  network: BitNetwork,
  ports: GatePorts,
  like: DotEngine,
  latency: number,
  nets: readonly number[],
): GateEngine {
  const simulator = compileBits(network, nets);
  let stuck: { readonly net: number; readonly value: 0 | 1 } | undefined;
  const force = (value: 0 | 1 | undefined): void => {
    for (let stream = 0; stuck && stream < blockStreams; stream++) simulator.force(stuck.net, stream, value);
  };
  return {
    engine: {
      ...like,
      name: `${like.name} in gates`,
      open: (depth, streams, own) => session(simulator, ports, like.lanes, latency, { depth, streams, own }),
    },
    stick(fault) {
      force(undefined);
      stuck = fault;
      force(fault?.value);
    },
  };
}

function session(
  simulator: BitSimulator,
  { activations: a, weights: w, first, valid, sum, reset }: GatePorts,
  lanes: number,
  latency: number,
  { depth, streams, own }: { readonly depth: number; readonly streams: number; readonly own: boolean },
): DotSession {
  const beats = Math.ceil(depth / lanes);
  const last = beats + latency;
  simulator.allocate({ cycles: last + 1, streams: blockStreams });
  simulator.input(first).fill(1, 0, blockStreams);
  if (valid !== undefined) simulator.input(valid).fill(1, 0, beats * blockStreams);
  if (reset !== undefined) simulator.input(reset).fill(1);
  const activations = new Int32Array(beats * lanes * streams);
  const weights = new Int32Array(beats * lanes * (own ? streams : 1));
  const sums = new Float64Array(streams);
  const packActivations = packer(simulator.input(a.name), last + 1, lanes, a.bits);
  const packWeights = packer(simulator.input(w.name), last + 1, lanes, w.bits);
  const read = reader(simulator.output(sum.name), last, last + 1, sum.bits);
  return {
    ...{ stride: streams, activations, weights, activationScales: undefined, weightScales: undefined },
    run() {
      for (let from = 0; from < streams; from += blockStreams) {
        const count = Math.min(blockStreams, streams - from);
        packActivations(activations, beats, from, count, streams);
        if (own) packWeights(weights, beats, from, count, streams);
        else if (from === 0) packWeights(weights, beats, 0, blockStreams, 0);
        simulator.run();
        read(sums.subarray(from, from + count));
      }
      return sums;
    },
  };
}

/** Puts elements into the words of a port: element k of a beat lies at bit k · bits. */
function packer(words: Elements, cycles: number, lanes: number, bits: number) {
  const limbs = words.length / blockStreams / cycles;
  const mask = 2 ** bits - 1;
  /** @param stride from a term to the next; 0 for terms that are the same in all streams */
  return (from: Int32Array, beats: number, first: number, count: number, stride: number): void => {
    words.fill(0);
    for (let term = 0; term < beats * lanes; term++) {
      const [beat, place] = [Math.floor(term / lanes), (term % lanes) * bits];
      const [limb, shift] = [place >> 5, place & 31];
      const to = (beat * limbs + limb) * blockStreams;
      for (let i = 0; i < count; i++) {
        const code = from[stride === 0 ? term : term * stride + first + i]! & mask;
        words[to + i]! |= code << shift;
        if (shift + bits > 32) words[to + blockStreams + i]! |= code >>> (32 - shift);
      }
    }
  };
}

/** Reads a port's words of one cycle as signed numbers of at most 53 bits. */
function reader(words: Elements, cycle: number, cycles: number, bits: number) {
  const limbs = words.length / blockStreams / cycles;
  return (into: Float64Array): void => {
    for (let i = 0; i < into.length; i++) {
      let value = 0;
      for (let limb = limbs - 1; limb >= 0; limb--)
        value = value * 2 ** 32 + (words[(cycle * limbs + limb) * blockStreams + i]! >>> 0);
      value %= 2 ** bits;
      into[i] = value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
    }
  };
}
