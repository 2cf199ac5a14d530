import { read } from '../base/index.js';
import { interpretRows, stimulus } from '../cosim/index.js';
import { resetName, topOf, type Port } from '../ir/index.js';
import type { Built } from './design.js';

/** Some cycles at the ports of a design as it is made, behind its reset; words as people read them. */
export interface PortWaves {
  readonly clock: boolean;
  readonly latency: number;
  readonly ports: readonly {
    readonly name: string;
    readonly direction: 'input' | 'output';
    readonly bit: boolean;
    readonly words: readonly string[];
  }[];
}

/** The first cycles behind the reset, for seeded random inputs. */
export function portWaves({ optimised, emitted }: Built, cycles: number, seed: number): PortWaves {
  const top = topOf(optimised);
  const options = { corners: false, resetEvery: Number.MAX_SAFE_INTEGER };
  const { rows, warmUp } = stimulus(top, cycles, seed, emitted.latency + 2, options);
  const outputs = interpretRows(optimised, rows);
  const shown = (port: Port, words: (cycle: number) => bigint) => ({
    name: port.name,
    bit: port.width === 1,
    words: Array.from({ length: cycles }, (_, cycle) => wordText(port, words(cycle + warmUp))),
  });
  const inputs = top.inputs.flatMap((port, at) =>
    port.name === resetName
      ? []
      : [{ ...shown(port, (cycle) => rows[cycle]![at]!), direction: 'input' as const }],
  );
  const results = top.outputs.map((port, at) => ({
    ...shown(port, (cycle) => outputs[cycle]![at]!),
    direction: 'output' as const,
  }));
  return { clock: emitted.clocked, latency: emitted.latency, ports: [...inputs, ...results] };
}

/** An integer as a number if that is short, else as hexadecimal digits; of a vector the first elements. */
function wordText(port: Port, word: bigint): string {
  const width = port.width / port.lanes;
  const isInteger = /^(u?int|bool)/.test(port.format);
  const element = (k: number): string => {
    const bits = (word >> BigInt(k * width)) & ((1n << BigInt(width)) - 1n);
    const text = isInteger
      ? String(read(bits, width, port.signed))
      : bits.toString(16).padStart(Math.ceil(width / 4), '0');
    return text.length <= 9 ? text : `${bits.toString(16).slice(0, 7)}…`;
  };
  if (port.lanes === 1) return element(0);
  const [first, second] = [element(0), element(1)];
  return first.length + second.length <= 8 ? `${first}, ${second}, …` : `${first}, …`;
}
