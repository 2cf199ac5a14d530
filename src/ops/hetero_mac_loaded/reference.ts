import { referenceSums, type ReferenceStep, type SumDefinition } from '../hetero_mac/reference.js';

export interface LoadedDefinition extends SumDefinition {
  readonly lanes: number;
  /** The most steps of a program. */
  readonly words: number;
  /** The number that the word of an activation stands for. */
  readonly numberOf: (word: bigint) => bigint;
}

/**
 * Cycle by cycle. The step at hand is the one after the last that was taken, or the first after the last of the
 * program; it is there from the second cycle after its loading on. `restart` takes no step and loads none.
 */
export function loadedReference(of: LoadedDefinition) {
  const sums = referenceSums(of);
  let program: ReferenceStep[] = [];
  let at = 0;
  let fetched: ReferenceStep | undefined;
  return (inputs: readonly (readonly bigint[])[]): bigint[][] => {
    const [a, valid, restart, load] = inputs as [bigint[], bigint[], bigint[], bigint[]];
    const outputs = [...sums.outputs(), [fetched?.chunkEnd && restart[0] === 0n ? 1n : 0n]];
    if (restart[0] === 1n) {
      [program, at, fetched] = [[], 0, undefined];
      sums.rest();
      sums.renew();
      return outputs;
    }
    if (fetched && valid[0] === 1n) {
      sums.take(fetched, a.map(of.numberOf));
      at = at + 1 === program.length ? 0 : at + 1;
    } else sums.rest();
    fetched = program[at];
    if (load[0] === 1n && program.length < of.words) program.push(loadedStep(of, inputs.slice(4)));
    return outputs;
  };
}

function loadedStep({ lanes }: LoadedDefinition, inputs: readonly (readonly bigint[])[]): ReferenceStep {
  const [sign, mask, plane, chunkEnd, sumEnd] = inputs.map((words) => words[0]!) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const bit = (word: bigint, lane: number): boolean => (word / 2n ** BigInt(lane)) % 2n === 1n;
  const weights = Array.from({ length: lanes }, (_, lane) => {
    if (!bit(mask, lane)) return 0n;
    return bit(sign, lane) ? 1n : -1n;
  });
  return { weights, plane: Number(plane), chunkEnd: chunkEnd === 1n, sumEnd: sumEnd === 1n };
}
