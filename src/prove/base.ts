import { resetName } from '../ir/index.js';
import { areEqual, type Effort } from './equal.js';
import { moved, type Correspondence, type Pair } from './follow.js';
import { zero, type Bit, type Bits, type Graph } from './graph.js';
import { frame, startOf, type Inputs, type Machine } from './machine.js';
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

/** Shows that a correspondence holds at some cycle behind power-up; undefined where that is not found. */
export function findBase(pair: Pair, found: Correspondence, effort: Effort): Base | undefined {
  const held = heldCycles(pair.latency);
  if (pair.first.stateBits === 0 && pair.second.stateBits === 0)
    return { powerUp: 'anything', cycles: 0, held: 0 };
  const attempts = [
    { held, cycles: held },
    { held, cycles: held + pair.latency },
    { held: held + longer, cycles: held + longer },
  ];
  // Most often both sides are made of the same nodes, which shows without a search.
  for (const isSweeping of [false, true])
    for (const attempt of isSweeping ? attempts.slice(0, 1) : attempts)
      for (const powerUp of ['anything', 'same', 'simulated'] as const) {
        if (performance.now() > (effort.deadline ?? Infinity)) return undefined;
        const { cycles } = attempt;
        if (holdsAt(pair, found, powerUp, cycles, attempt.held, isSweeping, effort))
          return { powerUp, cycles, held: attempt.held };
      }
  return undefined;
}

function holdsAt(
  pair: Pair,
  found: Correspondence,
  powerUp: PowerUp,
  cycles: number,
  held: number,
  isSweeping: boolean,
  effort: Effort,
): boolean {
  const { g } = found.window;
  const start = powerUpStates(g, pair, found, powerUp);
  const inputs = Array.from({ length: cycles }, (_, cycle) =>
    resetHeld(freeInputs(g, pair.second), cycle < held),
  );
  g.sweep(false);
  const firsts = unroll(g, pair.first, start.first, inputs);
  g.sweep(isSweeping);
  const seconds = unroll(g, pair.second, start.second, inputs);
  const from = cycles - pair.latency;
  const state = firsts[from]!;
  const areSame = (a: Bit, b: Bit): boolean =>
    a === b || (isSweeping && areEqual(g, a, b, effort).kind === 'equal');
  const related = found.relations.every(
    ({ to, flip }, bit) =>
      to === 'free' || areSame(state[bit]!, to === 'constant' ? flip : state[to]! ^ flip),
  );
  if (!related) return false;
  const bits = found.state.map((bit) => (bit === 'free' ? zero : bit));
  const due = moved(found.window, bits, state, inputs.slice(from));
  return found.state.every((bit, i) => bit === 'free' || areSame(seconds[cycles]![i]!, due[i]!));
}

/** The states at the start of every cycle and behind the last. */
export function unroll(g: Graph, machine: Machine, start: Bits, inputs: readonly Inputs[]): Bits[] {
  const states = [start];
  for (const given of inputs) states.push(frame(g, machine, states.at(-1)!, given).next);
  return states;
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
