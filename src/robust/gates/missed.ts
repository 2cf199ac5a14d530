import { cornered, random } from '../../base/index.js';
import { areEqual } from '../../prove/index.js';
import type { BitNetwork } from '../../sim/index.js';
import type { Stimulus } from '../../synth/index.js';
import { stuckInjectors, type StuckTrial } from './inject.js';
import { anyCycle, exclusive, fromPowerUp, type Unrolled } from './unroll.js';

/**
 * Why a fault was not seen. `redundant`: no input in any state makes an output or a state wrong. `shown`: other inputs show it,
 * and simulation confirms that. `open`: neither was found.
 */
export type MissedKind = 'redundant' | 'shown' | 'open';

/** How hard it is sought. */
export interface MissedEffort {
  /** Conflicts of a search. */
  readonly conflicts: number;
  /** Cycles behind the reset that a sequence of inputs may have. */
  readonly cycles: number;
  readonly seed: number;
}

export interface MissedOptions extends MissedEffort {
  readonly stimulus: Stimulus;
  /** Cycles at its start in which the circuit is reset. */
  readonly warmUp: number;
  /** Values of ports behind the warm-up: the reset is not used again. */
  readonly held: Readonly<Record<string, bigint>>;
}

/** How many times as many cycles as the stimulus has, of words at the corners. */
const cornerTimes = 4;

/**
 * Says of stuck lines that a stimulus did not show what they are. Words at the corners of their ranges are simulated first;
 * then satisfiability searches ask for a cycle from any state in which something is wrong, and for a sequence of inputs from
 * power-up that an output shows. What shows one fault is tried on all others.
 */
export function missedKinds(network: BitNetwork, faults: StuckTrial, options: MissedOptions): MissedKind[] {
  const inject = stuckInjectors(network, [...new Set(faults.map(({ net }) => net))]);
  const kinds = new Map<number, MissedKind>();
  const left = (): number[] => faults.flatMap((_, i) => (kinds.has(i) ? [] : [i]));
  const tryOn = (stimulus: Stimulus, wanted: readonly number[]): void => {
    const shown = inject(stimulus)(wanted.map((i) => [faults[i]!]));
    wanted.forEach((i, at) => shown[at]!.cycles > 0 && kinds.set(i, 'shown'));
  };
  if (faults.length === 0) return [];
  tryOn(cornerStimulus(network, options), left());
  const cycle = anyCycle(network);
  for (const i of left()) if (isRedundant(cycle, faults[i]!, options)) kinds.set(i, 'redundant');
  const { stimulus, warmUp, cycles, held } = options;
  const sequence = fromPowerUp(network, stimulus, warmUp, cycles, held);
  for (let i = left()[0]; i !== undefined; i = left()[0]) {
    const found = sequenceFor(sequence, faults[i]!, options);
    if (found) tryOn(found, left());
    if (!kinds.has(i)) kinds.set(i, 'open');
  }
  return faults.map((_, i) => kinds.get(i)!);
}

/** The warm-up, and then words at corners, some of which stay for up to 63 cycles. */
function cornerStimulus({ inputs }: BitNetwork, { stimulus, warmUp, held, seed }: MissedOptions): Stimulus {
  const source = random(seed);
  const cycles = warmUp + cornerTimes * (stimulus.cycles - warmUp);
  const words = inputs.map(({ name, bits }) => {
    const given = stimulus.words[name];
    const list = Array.from({ length: warmUp }, (_, cycle) => [given?.[cycle]?.[0] ?? 0n]);
    while (list.length < cycles) {
      const word = held[name] ?? cornered(source, bits.length);
      for (let stay = source.below(4) === 0 ? source.below(64) : 1; stay > 0; stay--) list.push([word]);
    }
    return [name, list.slice(0, cycles)] as const;
  });
  return { cycles, streams: 1, words: Object.fromEntries(words) };
}

function isRedundant(
  { graph, compare }: Unrolled,
  { net, value }: StuckTrial[number],
  effort: MissedEffort,
): boolean {
  const { outputs, states } = compare(net, value);
  return [...outputs, ...states].every(
    ([right, wrong]) => areEqual(graph, right, wrong, effort).kind === 'equal',
  );
}

/** Inputs with which an output is wrong in some cycle. */
function sequenceFor(
  { graph, compare, stimulus }: Unrolled,
  { net, value }: StuckTrial[number],
  effort: MissedEffort,
): Stimulus | undefined {
  const { outputs } = compare(net, value);
  const same = outputs.reduce((all, [right, wrong]) => graph.and(all, exclusive(graph, right, wrong) ^ 1), 1);
  const answer = areEqual(graph, same, 1, effort);
  return answer.kind === 'different' ? stimulus(answer.values) : undefined;
}
