import { resetName, topOf, type Design, type Port } from '../ir/index.js';
import { compile, type CompiledDesign } from '../sim/index.js';

/** Words of every element in, words of every element out. */
export type Reference = (inputs: readonly (readonly bigint[])[]) => readonly (readonly bigint[])[];

/** A circuit and the definition that it should meet. */
export interface Defined {
  readonly name: string;
  readonly design: Design;
  readonly reference: () => Reference;
}

/** What trying inputs one after another came to. */
export interface Tried {
  readonly name: string;
  /** Bits of all inputs together; undefined where the circuit has state. */
  readonly inputBits?: number;
  /** How many inputs were tried, and how many there are: 0 tried where these are too many. */
  readonly tried: number;
  readonly inputs?: number;
  /** The first input whose output is not what the reference says. */
  readonly first?: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly port: string;
    readonly expected: string;
    readonly found: string;
  };
}

/** Inputs that the compiled simulation runs at once. */
const block = 4096;

/**
 * Compares a circuit without state with its reference for every input there is, the circuit in the compiled simulation.
 *
 * @param mostBits circuits with more input bits are not tried
 * @param deadline when to stop, in milliseconds as `performance.now()` counts them
 */
export function tryAll(subject: Defined, mostBits: number, deadline: number): Tried {
  const { name, design } = subject;
  const { inputs: ports } = topOf(design);
  const hasState = design.modules.some(({ nodes }) =>
    nodes.some(({ kind }) => kind === 'reg' || kind === 'write' || kind === 'read'),
  );
  if (hasState || ports.some((port) => port.name === resetName)) return { name, tried: 0 };
  const inputBits = ports.reduce((sum, port) => sum + port.width, 0);
  const inputs = 2 ** inputBits;
  if (inputBits > mostBits) return { name, inputBits, tried: 0, inputs };
  const compiled = compile(design);
  compiled.allocate({ cycles: 1, streams: Math.min(block, inputs) });
  const reference = subject.reference();
  let tried = 0;
  for (; tried < inputs && performance.now() < deadline; tried += block) {
    const first = tryBlock(compiled, reference, ports, tried, Math.min(block, inputs - tried));
    if (first) return { name, inputBits, tried, inputs, first };
  }
  compiled.close();
  return { name, inputBits, tried: Math.min(tried, inputs), inputs };
}

function tryBlock(
  compiled: CompiledDesign,
  reference: Reference,
  ports: readonly Port[],
  from: number,
  count: number,
): Tried['first'] {
  const widths = ports.map(({ width }) => width);
  const rows = Array.from({ length: count }, (_, i) => partsOf(from + i, widths));
  rows.forEach((row, stream) => ports.forEach((port, i) => compiled.setWord(port.name, 0, stream, row[i]!)));
  compiled.restart();
  compiled.run();
  const lanes = ports.map((port) => Array<number>(port.lanes).fill(port.width / port.lanes));
  const { outputs } = compiled.module;
  for (let stream = 0; stream < count; stream++) {
    const row = rows[stream]!;
    const due = reference(
      row.map((word, i) => (lanes[i]!.length === 1 ? [word] : partsOf(Number(word), lanes[i]!))),
    );
    for (let i = 0; i < outputs.length; i++) {
      const port = outputs[i]!;
      const [expected, found] = [joined(port, due[i]!), compiled.word(port.name, 0, stream)];
      if (expected === found) continue;
      const inputs = Object.fromEntries(ports.map(({ name }, k) => [name, hex(row[k]!)]));
      return { inputs, port: port.name, expected: hex(expected), found: hex(found) };
    }
  }
  return undefined;
}

function hex(word: bigint): string {
  return `0x${word.toString(16)}`;
}

/** Words of those widths out of a whole number below 2^53, the lowest first. */
function partsOf(number: number, widths: readonly number[]): bigint[] {
  const words: bigint[] = [];
  let rest = number;
  for (const width of widths) {
    const size = 2 ** width;
    words.push(BigInt(rest % size));
    rest = Math.floor(rest / size);
  }
  return words;
}

function joined(port: Port, words: readonly bigint[]): bigint {
  if (words.length === 1) return words[0]!;
  const width = BigInt(port.width / port.lanes);
  return words.reduceRight((all, word) => (all << width) | word, 0n);
}
