import { failure, random, success, type Result } from '../base/index.js';
import type { Store } from '../cache/index.js';
import { memoryCost, type MemoryModel } from '../cost/index.js';
import type { Design } from '../ir/index.js';
import { coderOf, wordCode, type Protection } from '../robust/index.js';
import type { Technology } from '../synth/index.js';
import { givenInputs } from './activity.js';
import { costDesign } from './cost.js';
import { formsOf } from './design.js';

/** What the circuits of a code cost in a technology, and beside what. */
export interface CoderCost {
  readonly technology: string;
  readonly write: CircuitCost;
  readonly read: CircuitCost;
  /** An SRAM of that technology with room for the words and their check bits, by its model. */
  readonly memory: {
    readonly words: number;
    readonly width: number;
    readonly areaUm2: number | null;
    readonly readEnergyFj: number | null;
  };
  /** Energy of reading a word through the circuit, relative to that of reading the data bits alone from the memory. */
  readonly readShare: number | null;
}

export interface CircuitCost {
  readonly cells: number;
  readonly areaUm2: number;
  readonly delayPs: number;
  /** Of a word, with random data and right check bits. */
  readonly energyFj: number;
  readonly leakageNw: number;
}

/** Words that the energy is simulated with. */
const simulated = 256;

/**
 * Synthesises what writes and what reads the words of a code, and compares it with the memory that it guards.
 *
 * @param words of the memory; its width is that of a guarded word with its check bits
 */
export async function coderCost(
  protection: Protection,
  words: number,
  technology: Technology,
  memories: MemoryModel,
  options: { readonly yosys?: string | undefined; readonly cache?: Store | undefined },
): Promise<Result<CoderCost>> {
  const { write, read } = coderOf(protection);
  const { wordBits } = protection;
  const width = wordBits + wordCode(protection).checkBits;
  const [whole, plain] = [width, wordBits].map((bits) =>
    memoryCost(memories, { words, width: bits, ports: 1 }),
  );
  const stimulus = codedWords(protection);
  const circuits: CircuitCost[] = [];
  for (const design of [write, read]) {
    const cost = await circuitCost(design, stimulus, technology, options);
    if (!cost.ok) return cost;
    circuits.push(cost.value);
  }
  if (!whole!.ok || !plain!.ok) return failure(...whole!.diagnostics, ...plain!.diagnostics);
  const { areaUm2, readEnergyFj } = whole!.value;
  const alone = plain!.value.readEnergyFj;
  return success({
    technology: technology.name,
    write: circuits[0]!,
    read: circuits[1]!,
    memory: { words, width, areaUm2, readEnergyFj },
    readShare: alone === null ? null : circuits[1]!.energyFj / alone,
  });
}

/** Random words with their check bits. */
function codedWords(protection: Protection) {
  const { wordBits } = protection;
  const code = wordCode(protection);
  const source = random(1);
  const data = Array.from({ length: simulated }, () => source.word(wordBits));
  const checks = data.map((word) => {
    const ones = Array.from({ length: wordBits }, (_, bit) => bit).filter(
      (bit) => (word >> BigInt(bit)) & 1n,
    );
    return code.encode(ones).reduce((sum, one, bit) => sum | (BigInt(one) << BigInt(bit)), 0n);
  });
  return { data, check: checks };
}

async function circuitCost(
  design: Design,
  words: ReturnType<typeof codedWords>,
  technology: Technology,
  options: { readonly yosys?: string | undefined; readonly cache?: Store | undefined },
): Promise<Result<CircuitCost>> {
  const built = formsOf(design);
  const ports = built.emitted.ports.filter(({ direction }) => direction === 'input');
  const own = ports.map(({ name, verilog }) => [verilog, words[name as keyof typeof words]] as const);
  const inputs = givenInputs('random words with their check bits', Object.fromEntries(own));
  const cost = await costDesign(built, technology, { ...options, inputs });
  if (!cost.ok) return cost;
  const { cells, areaUm2, delayPs, energyFjPerCycle, leakageNw } = cost.value;
  return success({ cells, areaUm2, delayPs, energyFj: energyFjPerCycle, leakageNw });
}
