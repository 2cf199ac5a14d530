import { random, type Random } from '../base/index.js';
import { clockNets, type Netlist, type Stimulus } from '../synth/index.js';

/** Which inputs a netlist is to see while its transitions are counted. */
export type Inputs =
  | {
      readonly kind: 'random';
      readonly seed: number;
      readonly cycles: number;
      readonly streams: number;
      /** The chance of each bit to change from one cycle to the next; 0.5, words anew in every cycle, by default. */
      readonly density?: number;
    }
  | { readonly kind: 'given'; readonly source: string; readonly stimulus: Stimulus };

export const defaultInputs = { kind: 'random', seed: 1, cycles: 66, streams: 32 } as const satisfies Inputs;

/**
 * Random words for every input port: uniform and anew in every cycle, or uniform at first and with each bit changing
 * with the chance `density` from then on. A reset port, `rst_ni`, is low for the first two cycles and high from then on.
 */
export function randomStimulus(
  netlist: Netlist,
  seed: number,
  cycles: number,
  streams: number,
  density = 0.5,
): Stimulus {
  const source = random(seed);
  const clocks = clockNets(netlist);
  const ports = netlist.ports.filter(
    (port) => port.direction === 'input' && !port.bits.some((net) => clocks.has(net)),
  );
  const words = ports.map((port) => {
    const width = port.bits.length;
    let row: bigint[] = [];
    const next = (cycle: number): bigint[] => {
      if (port.name === 'rst_ni') return Array.from({ length: streams }, () => (cycle < 2 ? 0n : 1n));
      row = Array.from({ length: streams }, (_, stream) =>
        density === 0.5 || cycle === 0
          ? source.word(width)
          : row[stream]! ^ sparseWord(source, width, density),
      );
      return row;
    };
    return [port.name, Array.from({ length: cycles }, (_, cycle) => next(cycle))];
  });
  return { cycles, streams, words: Object.fromEntries(words) as Stimulus['words'] };
}

/** A word in which each bit is 1 with the chance `density`. */
function sparseWord(source: Random, width: number, density: number): bigint {
  const bits = Array.from({ length: width }, () => (source.unit() < density ? '1' : '0'));
  return BigInt(`0b${bits.join('')}`);
}
