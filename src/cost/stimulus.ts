import { random } from '../base/index.js';
import { clockNets, type Netlist, type Stimulus } from '../synth/index.js';

/** Which inputs a netlist is to see while its transitions are counted. */
export type Inputs =
  | { readonly kind: 'random'; readonly seed: number; readonly cycles: number; readonly streams: number }
  | { readonly kind: 'given'; readonly source: string; readonly stimulus: Stimulus };

export const defaultInputs: Inputs = { kind: 'random', seed: 1, cycles: 66, streams: 32 };

/**
 * Uniform random words for every input port, anew in every cycle. A reset port, `rst_ni`, is low for the first two
 * cycles and high from then on.
 */
export function randomStimulus(netlist: Netlist, seed: number, cycles: number, streams: number): Stimulus {
  const source = random(seed);
  const clocks = clockNets(netlist);
  const ports = netlist.ports.filter(
    (port) => port.direction === 'input' && !port.bits.some((net) => clocks.has(net)),
  );
  const words = ports.map((port) => {
    const word = (cycle: number): bigint =>
      port.name === 'rst_ni' ? (cycle < 2 ? 0n : 1n) : source.word(port.bits.length);
    return [
      port.name,
      Array.from({ length: cycles }, (_, cycle) => Array.from({ length: streams }, () => word(cycle))),
    ];
  });
  return { cycles, streams, words: Object.fromEntries(words) as Stimulus['words'] };
}
