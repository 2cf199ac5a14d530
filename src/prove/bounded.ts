import { areEqual, isOver, type Effort } from './equal.js';
import { heldCycles, resetHeld } from './base.js';
import type { Pair } from './follow.js';
import { graphOf, type Bits, type Graph } from './graph.js';
import { frame, startOf, type Inputs } from './machine.js';
import type { Sequence } from './counterexample.js';
import { freeInputs } from './window.js';

/** How far two machines were compared from power-up on, and inputs under which they differ. */
export interface Checked {
  /** Cycles behind the reset whose outputs are equal for all inputs. */
  readonly cycles: number;
  readonly difference?: Sequence;
}

/** Unrolls both machines from power-up, with the reset held at first, and compares outputs cycle by cycle. */
export function checkCycles(pair: Pair, most: number, effort: Effort): Checked {
  const g = graphOf({ effort });
  const held = heldCycles(pair.latency);
  const inputs: Inputs[] = [];
  const due: (readonly Bits[])[] = [];
  let [first, second]: Bits[] = [startOf(pair.first), startOf(pair.second)];
  for (let cycle = 0; cycle < held + pair.latency + most; cycle++) {
    if (isOver(effort)) return { cycles: Math.max(0, cycle - pair.latency - held) };
    const given = resetHeld(
      new Map([...freeInputs(g, pair.second), ...freeInputs(g, pair.first)]),
      cycle < held,
    );
    inputs.push(given);
    g.sweep(false);
    const one = frame(g, pair.first, first!, given);
    g.keep();
    g.sweep(true);
    const other = frame(g, pair.second, second!, given);
    due.push(one.outputs);
    [first, second] = [one.next, other.next];
    const of = cycle - pair.latency;
    if (of < held) continue;
    const compared = compare(g, due[of]!, other.outputs, effort);
    if (compared === 'unknown') return { cycles: of - held };
    if (compared !== 'equal') return { cycles: of - held, difference: sequenceOf(inputs, compared) };
    if (pair.first.stateBits === 0 && pair.second.stateBits === 0) break;
  }
  return { cycles: most };
}

function compare(
  g: Graph,
  due: readonly Bits[],
  found: readonly Bits[],
  effort: Effort,
): 'equal' | 'unknown' | ReadonlyMap<number, boolean> {
  let isUnknown = false;
  for (const [port, bits] of due.entries())
    for (const [i, bit] of bits.entries()) {
      const answer = areEqual(g, bit, found[port]![i]!, effort);
      if (answer.kind === 'different') return answer.values;
      if (answer.kind === 'unknown') isUnknown = true;
    }
  return isUnknown ? 'unknown' : 'equal';
}

/** The words that inputs have under those values of variables; bits that do not matter are 0. */
function sequenceOf(inputs: readonly Inputs[], values: ReadonlyMap<number, boolean>): Sequence {
  const valueOf = (bit: number): bigint =>
    BigInt(bit <= 1 ? bit : Number(values.get(bit >> 1) ?? false) ^ (bit & 1));
  const word = (bits: Bits): bigint => bits.reduce((sum, bit, i) => sum | (valueOf(bit) << BigInt(i)), 0n);
  return inputs.map((given) => Object.fromEntries([...given].map(([name, bits]) => [name, word(bits)])));
}
