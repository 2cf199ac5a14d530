import { resetName, type Design, type Module } from '../ir/index.js';
import { interpret } from '../sim/index.js';

/** The words of a design's input ports, cycle by cycle from power-up. */
export type Sequence = readonly Readonly<Record<string, bigint>>[];

/** Inputs under which two designs differ, as the interpreter shows it. */
export interface Counterexample {
  /** Input words of every cycle from power-up, in hexadecimal. */
  readonly inputs: readonly Readonly<Record<string, string>>[];
  /** The cycle of the inputs that the differing outputs belong to. */
  readonly cycle: number;
  readonly port: string;
  readonly expected: string;
  readonly found: string;
}

/** Two designs to be compared: the second one's outputs lag by `latency` cycles, from cycle `from` on. */
export interface Comparison {
  readonly first: Design;
  readonly second: Design;
  readonly latency: number;
  readonly from: number;
  /** When to stop making inputs plainer, in milliseconds as `performance.now()` counts them. */
  readonly deadline: number;
}

/**
 * Runs both designs in the interpreter on those inputs and, where they differ, makes the inputs as short and as plain
 * as they get; undefined where they agree.
 */
export function confirm(comparison: Comparison, sequence: Sequence): Counterexample | undefined {
  const differ = differing(comparison);
  const first = differ(sequence);
  if (!first) return undefined;
  const shortest = plainest(sequence.slice(0, first.cycle + comparison.latency + 1), comparison, differ);
  const last = differ(shortest)!;
  return { ...last, inputs: shortest.map(inHexadecimal) };
}

type Difference = Omit<Counterexample, 'inputs'>;

function differing({ first, second, latency, from }: Comparison) {
  const one = interpret(first);
  const other = interpret(second);
  const given = (module: Module, row: Readonly<Record<string, bigint>>): Record<string, bigint> =>
    Object.fromEntries(module.inputs.map(({ name }) => [name, row[name] ?? 0n]));
  return (sequence: Sequence): Difference | undefined => {
    one.restart();
    other.restart();
    const due = sequence.map((row) => one.step(given(one.module, row)));
    const found = sequence.map((row) => other.step(given(other.module, row)));
    for (let cycle = from; cycle + latency < sequence.length; cycle++)
      for (const { name } of one.module.outputs) {
        const [expected, is] = [due[cycle]![name]!, found[cycle + latency]![name]!];
        if (expected !== is)
          return { cycle, port: name, expected: `0x${expected.toString(16)}`, found: `0x${is.toString(16)}` };
      }
    return undefined;
  };
}

/** Puts zeros, or an inactive reset, into one word after another, and keeps what still differs. */
function plainest(
  sequence: Sequence,
  { from, deadline }: Comparison,
  differ: (sequence: Sequence) => Difference | undefined,
): Sequence {
  let best = sequence;
  for (let cycle = 0; cycle < sequence.length; cycle++)
    for (const [name, word] of Object.entries(sequence[cycle]!)) {
      const plain = name === resetName ? (cycle < from ? word : 1n) : 0n;
      if (word === plain || performance.now() > deadline) continue;
      const tried = best.map((row, i) => (i === cycle ? { ...row, [name]: plain } : row));
      if (differ(tried)) best = tried;
    }
  return best;
}

function inHexadecimal(row: Readonly<Record<string, bigint>>): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, word]) => [name, `0x${word.toString(16)}`]));
}
