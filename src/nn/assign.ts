import type { Diagnostic } from '../base/index.js';
import { movesCodes, origins, type Affine, type Step } from './affine.js';
import type { Observations } from './calibrate.js';
import { chosenRange } from './clipping.js';
import { codingOf, type Coding } from './coding.js';
import type { Prepared } from './prepare.js';
import { noRange } from './problems.js';
import type { OptionsOf, QuantiseOptions } from './quantise-options.js';
import type { SumNode } from './sums.js';

/** Which values of a network are in codes throughout, and in which. */
export interface ValueCodes {
  /** the coding of a value; undefined for one that is numbers */
  readonly of: (name: string) => Coding | undefined;
  /** the value that it is another arrangement of */
  readonly origin: (name: string) => string;
  /** the options by which sums are done in integers; undefined for one that is done in float */
  readonly sumOptions: (sum: SumNode) => QuantiseOptions | undefined;
}

/** What reads a value: a layer with its options, a sum in integers, a layer that makes blocks of numbers, or others. */
type Reader = QuantiseOptions | 'sum' | 'blocks' | 'numbers';

/**
 * A value is in codes where the network states them, or where only layers that want the same codes and sums in integers
 * read it. A sum is done in integers where what it reads is stated or comes from layers and such sums, and its result is in codes.
 */
export function assignCodes(
  prepared: Prepared,
  steps: readonly Step[],
  seen: Observations,
  optionsOf: (affine: Affine) => ReturnType<OptionsOf>,
  stated: ReadonlyMap<string, Coding>,
  found: Diagnostic[],
): ValueCodes {
  const origin = origins(prepared);
  const sums = new Set(steps.flatMap((step) => (step.kind === 'sum' ? [step.sum] : [])));
  for (let stable = false; !stable;) {
    const readers = readersOf(prepared, steps, sums, origin, optionsOf);
    const given = new Set(steps.flatMap((step) => integerOutput(step, sums, optionsOf)));
    const inCodes = (name: string): boolean => stated.has(name) || agreed(readers.get(origin(name)) ?? []);
    const arrives = (name: string): boolean => stated.has(name) || (given.has(origin(name)) && inCodes(name));
    const lost = [...sums].filter((sum) => !inCodes(sum.output) || !sum.inputs.every(arrives));
    for (const sum of lost) sums.delete(sum);
    stable = lost.length === 0;
  }
  const readers = readersOf(prepared, steps, sums, origin, optionsOf);
  const fallback = [...readers.values()].flat().find((reader) => typeof reader === 'object');
  const codings = new Map<string, Coding>();
  for (const [name, all] of readers) {
    const own = all.find((reader) => typeof reader === 'object') ?? fallback;
    if (stated.has(name) || all.every((reader) => reader === 'numbers')) continue;
    const range = seen.get(name);
    if (!range) found.push(noRange(name));
    else if (own && agreed(all)) {
      const { activationBits: bits, activations: style } = own;
      codings.set(name, codingOf(chosenRange(range, own.calibration, bits, style), bits, style));
    }
  }
  return {
    of: (name) => stated.get(name) ?? codings.get(origin(name)),
    origin,
    sumOptions: (sum) => (sums.has(sum) ? fallback : undefined),
  };
}

/** Whether all readers take a value in the same codes. */
function agreed(readers: readonly Reader[]): boolean {
  const layers = readers.filter((reader) => typeof reader === 'object');
  const [first] = layers;
  const same = layers.every(
    (one) => one.activationBits === first!.activationBits && one.activations === first!.activations,
  );
  return readers.length > 0 && same && !readers.includes('numbers') && !readers.includes('blocks');
}

function readersOf(
  prepared: Prepared,
  steps: readonly Step[],
  sums: ReadonlySet<SumNode>,
  origin: (name: string) => string,
  optionsOf: (affine: Affine) => ReturnType<OptionsOf>,
): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>();
  const add = (name: string, reader: Reader): void => {
    const own = origin(name);
    readers.set(own, [...(readers.get(own) ?? []), reader]);
  };
  for (const step of steps) {
    if (step.kind === 'affine') {
      const own = optionsOf(step.affine);
      const reader = own && ('kind' in own ? 'blocks' : own);
      add(step.affine.input, reader ?? 'numbers');
      if (step.affine.right !== undefined) add(step.affine.right, reader ?? 'numbers');
    } else if (step.kind === 'sum') {
      for (const name of step.sum.inputs) add(name, sums.has(step.sum) ? 'sum' : 'numbers');
    } else if (!movesCodes(step.node)) for (const name of step.node.inputs) add(name, 'numbers');
  }
  for (const { name } of prepared.network.outputs) add(name, 'numbers');
  return readers;
}

/** The value that a step can give in codes. */
function integerOutput(
  step: Step,
  sums: ReadonlySet<SumNode>,
  optionsOf: (affine: Affine) => ReturnType<OptionsOf>,
): string[] {
  if (step.kind === 'affine') {
    const own = optionsOf(step.affine);
    return own && !('kind' in own) ? [step.affine.output] : [];
  }
  return step.kind === 'sum' && sums.has(step.sum) ? [step.sum.output] : [];
}
