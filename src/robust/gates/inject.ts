import { compileBits, type BitNetwork, type BitSimulator } from '../../sim/index.js';
import type { Stimulus } from '../../synth/index.js';
import { strikePort, type Struck } from './strike.js';

/** What the faults of one trial did. */
export interface Shown {
  /** In how many cycles an output was wrong. */
  readonly cycles: number;
  /** Of each output port in turn, the bits that were ever wrong, as a word. */
  readonly bits: readonly bigint[];
}

/** Tries faults, all of one trial at once, on the same inputs. */
export type Injector<Trial> = (trials: readonly Trial[]) => Shown[];

/** Lines stuck at values for the whole run. */
export type StuckTrial = readonly { readonly net: number; readonly value: 0 | 1 }[];

/** Targets of a struck network that flip in one cycle. */
export interface StrikeTrial {
  readonly cycle: number;
  readonly selects: readonly number[];
}

/** Streams of a pass: the first has no faults, and all others are compared with it. */
const passStreams = 128;

/** @param nets on which faults may be */
export function stuckInjector(
  network: BitNetwork,
  stimulus: Stimulus,
  nets: readonly number[],
): Injector<StuckTrial> {
  return stuckInjectors(network, nets)(stimulus);
}

/** The same for several stimuli in turn: an injector is good until the next one is made. */
export function stuckInjectors(
  network: BitNetwork,
  nets: readonly number[],
): (stimulus: Stimulus) => Injector<StuckTrial> {
  const simulator = compileBits(network, nets);
  return (stimulus) => {
    fill(simulator, network, stimulus);
    return inPasses(simulator, network, stimulus.cycles, (faults, stream, isOn) => {
      for (const { net, value } of faults) simulator.force(net, stream, isOn ? value : undefined);
    });
  };
}

export function strikeInjector({ network, selects }: Struck, stimulus: Stimulus): Injector<StrikeTrial> {
  const simulator = compileBits(network, selects);
  fill(simulator, network, stimulus);
  return inPasses(simulator, network, stimulus.cycles, ({ cycle, selects: hit }, stream, isOn) => {
    simulator.input(strikePort)[cycle * passStreams + stream] = Number(isOn);
    for (const net of hit) simulator.force(net, stream, isOn ? 1 : undefined);
  });
}

/** The first stream of a stimulus in all streams of a pass. */
function fill(simulator: BitSimulator, { inputs }: BitNetwork, { cycles, words }: Stimulus): void {
  simulator.allocate({ cycles, streams: passStreams });
  for (const { name } of inputs) {
    words[name]?.forEach((row, cycle) => simulator.setWord(name, cycle, 0, row[0]!));
    const elements = simulator.input(name);
    for (let at = 0; at < elements.length; at += passStreams)
      elements.fill(elements[at]!, at, at + passStreams);
  }
}

function inPasses<Trial>(
  simulator: BitSimulator,
  network: BitNetwork,
  cycles: number,
  put: (trial: Trial, stream: number, isOn: boolean) => void,
): Injector<Trial> {
  return (trials) => {
    const shown: Shown[] = [];
    for (let first = 0; first < trials.length; first += passStreams - 1) {
      const pass = trials.slice(first, first + passStreams - 1);
      pass.forEach((trial, i) => put(trial, i + 1, true));
      simulator.run();
      const differences = compared(simulator, network, cycles);
      pass.forEach((_, i) => shown.push(differences(i + 1)));
      pass.forEach((trial, i) => put(trial, i + 1, false));
    }
    return shown;
  };
}

/** Where the outputs of each stream differ from those of the first. */
function compared(
  simulator: BitSimulator,
  { outputs }: BitNetwork,
  cycles: number,
): (stream: number) => Shown {
  const isWrong = new Uint8Array(cycles * passStreams);
  const wrong = outputs.map(({ name }) => {
    const elements = simulator.output(name);
    const rows = elements.length / passStreams / cycles;
    const bits = new Uint32Array(rows * passStreams);
    for (let at = 0; at < elements.length; at += passStreams) {
      const row = at / passStreams;
      const cycle = Math.floor(row / rows) * passStreams;
      const limb = (row % rows) * passStreams;
      for (let stream = 1; stream < passStreams; stream++) {
        const difference = elements[at]! ^ elements[at + stream]!;
        if (difference === 0) continue;
        bits[limb + stream]! |= difference;
        isWrong[cycle + stream] = 1;
      }
    }
    return bits;
  });
  return (stream) => {
    let count = 0;
    for (let at = stream; at < isWrong.length; at += passStreams) count += isWrong[at]!;
    return { cycles: count, bits: wrong.map((bits) => wordOf(bits, stream)) };
  };
}

function wordOf(limbs: Uint32Array, stream: number): bigint {
  let word = 0n;
  for (let limb = limbs.length / passStreams - 1; limb >= 0; limb--)
    word = (word << 32n) | BigInt(limbs[limb * passStreams + stream]!);
  return word;
}
