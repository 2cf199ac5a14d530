import { resetName } from '../ir/index.js';
import { isOver, type Effort } from './equal.js';
import { moved, type Correspondence, type Pair } from './follow.js';
import { zero, type Bit, type Bits, type Graph } from './graph.js';
import { frame, startOf, type Inputs, type Machine } from './machine.js';
import { whichAreEqual } from './merge.js';
import { freeInputs } from './window.js';

/**
 * What registers may hold at power-up: anything; anything, but those that correspond to a register of the other machine
 * the same; or what simulators start from.
 */
export type PowerUp = 'anything' | 'same' | 'simulated';

/** From where on a correspondence was shown to hold. */
export interface Base {
  readonly powerUp: PowerUp;
  /** Cycles from power-up, the first `held` of them with the reset held where there is one. */
  readonly cycles: number;
  readonly held: number;
}

/** Cycles for which the reset is held before outputs are compared. */
export function heldCycles(latency: number): number {
  return latency + 2;
}

/** Cycles more for which the reset is held where that is not enough: what it does not reach has to be forgotten. */
const longer = 8;

/** How long the reset is held, and the last cycle that is looked at. */
interface Attempt {
  readonly held: number;
  readonly cycles: number;
}

/**
 * Shows that a correspondence holds at some cycle behind power-up, and so, as it holds on, in all later ones; undefined
 * where no such cycle is found.
 */
export function findBase(pair: Pair, found: Correspondence, effort: Effort): Base | undefined {
  const held = heldCycles(pair.latency);
  if (pair.first.stateBits === 0 && pair.second.stateBits === 0)
    return { powerUp: 'anything', cycles: 0, held: 0 };
  const short: Attempt = { held, cycles: held + pair.latency };
  const long: Attempt = { held: held + longer, cycles: held + longer };
  // Most often both sides are made of the same nodes, which shows without a search.
  for (const isSearching of [false, true])
    for (const attempt of isSearching ? [short] : [short, long])
      for (const powerUp of ['anything', 'same', 'simulated'] as const) {
        const from = holdsFrom(pair, found, powerUp, attempt, isSearching, effort);
        if (isOver(effort)) return undefined;
        if (from === undefined) continue;
        const cycles = Math.max(from, held);
        return { powerUp, cycles, held: Math.min(cycles, attempt.held) };
      }
  return undefined;
}

/**
 * The first cycle at which the correspondence is shown to hold. With a search, bits that are proven equal are taken for
 * one another from then on, so that what follows from them shows without one.
 */
function holdsFrom(
  pair: Pair,
  found: Correspondence,
  powerUp: PowerUp,
  { held, cycles }: Attempt,
  isSearching: boolean,
  effort: Effort,
): number | undefined {
  const { g } = found.window;
  g.sweep(false);
  const areSame = (pairs: readonly (readonly [Bit, Bit])[]): readonly boolean[] =>
    isSearching ? whichAreEqual(g, pairs, effort) : pairs.map(([a, b]) => a === b);
  const start = powerUpStates(g, pair, found, powerUp);
  const firsts = [start.first];
  let { second } = start;
  const inputs: Inputs[] = [];
  for (let cycle = 0; !isOver(effort); cycle++) {
    if (cycle >= pair.latency) {
      const from = cycle - pair.latency;
      const due = dueAt(found, firsts[from]!, inputs.slice(from));
      const isHeld = areSame(second.map((bit, i) => [bit, due[i] ?? bit]));
      if (isHeld.every((is) => is) && areSame(related(found, firsts[from]!)).every((is) => is)) return cycle;
      second = second.map((bit, i) => (isHeld[i] ? (due[i] ?? bit) : bit));
    }
    if (cycle === cycles) return undefined;
    const given = resetHeld(freeInputs(g, pair.second), cycle < held);
    inputs.push(given);
    firsts.push(frame(g, pair.first, firsts.at(-1)!, given).next);
    g.keep();
    second = frame(g, pair.second, second, given).next;
  }
  return undefined;
}

/** What the correspondence says of the second machine's state bits, given the window's first state and its inputs. */
function dueAt({ window, state }: Correspondence, first: Bits, inputs: readonly Inputs[]) {
  const bits = state.map((bit) => (bit === 'free' ? zero : bit));
  const due = moved(window, bits, first, inputs);
  return state.map((bit, i) => (bit === 'free' ? undefined : due[i]));
}

/** The pairs of bits that are equal where the relations among the first machine's own bits hold in that state. */
function related({ relations }: Correspondence, state: Bits): (readonly [Bit, Bit])[] {
  return relations.flatMap(({ to, flip }, bit) =>
    to === 'free' ? [] : [[state[bit]!, to === 'constant' ? flip : state[to]! ^ flip] as const],
  );
}

/** The inputs of a cycle with the reset held, or as they are. */
export function resetHeld(inputs: Inputs, isHeld: boolean): Inputs {
  return isHeld && inputs.has(resetName) ? new Map([...inputs, [resetName, [zero]]]) : inputs;
}

function powerUpStates(g: Graph, pair: Pair, found: Correspondence, powerUp: PowerUp) {
  const first = powerUpState(g, pair.first, powerUp === 'simulated');
  const second = powerUpState(g, pair.second, powerUp === 'simulated');
  if (powerUp !== 'same') return { first, second };
  // Bits that are another machine's bit of the same cycle, not of an earlier one.
  const now = new Map(found.window.states.at(-2)!.map((bit, i) => [bit, i] as const));
  const tied = second.map((own, bit) => {
    const to = found.state[bit];
    const partner = to === undefined || to === 'free' ? undefined : now.get(to);
    return partner === undefined ? own : first[partner]!;
  });
  return { first, second: tied };
}

function powerUpState(g: Graph, machine: Machine, isSimulated: boolean): Bits {
  const start = startOf(machine);
  return machine.holders.flatMap(({ at, width, isSure }) =>
    isSure || isSimulated ? start.slice(at, at + width) : Array.from({ length: width }, () => g.variable()),
  );
}
