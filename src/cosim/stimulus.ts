import { cornered, maximum, minimum, ones, random, wrap, type Random } from '../base/index.js';
import { resetName, type Module, type Port } from '../ir/index.js';

/** The words of a module's input ports in one cycle, in the order of its `inputs`. */
export type Row = readonly bigint[];

/** A sequence of inputs to try, and how much of its start only brings the module out of reset. */
export interface Stimulus {
  readonly rows: readonly Row[];
  /** Rows at the start with the reset held; outputs are compared behind them. */
  readonly warmUp: number;
}

export interface StimulusOptions {
  /** Cycles between resets, on average; default 256. */
  readonly resetEvery?: number;
  /** Whether it begins with all inputs, or all combinations of corners; default true. */
  readonly corners?: boolean;
}

const mostCorners = 4096;

/**
 * Inputs for `module`: first all there are, or every combination of corners of its ports (all elements of a vector
 * at one corner), where these are at most 4,096; then `count` rows in total of seeded words biased to corners. A reset is
 * held at first for `warmUp` rows and comes back now and then.
 *
 * @param warmUp at least the latency of what is compared, and one
 */
export function stimulus(
  module: Module,
  count: number,
  seed: number,
  warmUp: number,
  { resetEvery = 256, corners = true }: StimulusOptions = {},
): Stimulus {
  const source = random(seed);
  const ports = module.inputs;
  const data = ports.filter((port) => port.name !== resetName);
  const held = data.length < ports.length ? warmUp : 0;
  const rows: Row[] = [];
  const add = (words: readonly bigint[], reset: bigint): void => {
    let next = 0;
    rows.push(ports.map((port) => (port.name === resetName ? reset : words[next++]!)));
  };
  for (let i = 0; i < held; i++) add(randomRow(data, source), 0n);
  if (corners) for (const words of cornerRows(data)) add(words, 1n);
  while (rows.length < count + held) add(randomRow(data, source), source.below(resetEvery) === 0 ? 0n : 1n);
  return { rows, warmUp: held };
}

/** Every input there is where these are few; else every combination of the ports' corners, or none of too many. */
function cornerRows(ports: readonly Port[]): bigint[][] {
  const all = combinations(ports.map(wordsOf));
  return all.length > 0 ? all : combinations(ports.map(cornersOf));
}

/** All words of a port; none where they are too many to try all. */
function wordsOf({ width }: Port): bigint[] {
  return 2 ** width > mostCorners ? [] : Array.from({ length: 2 ** width }, (_, word) => BigInt(word));
}

function combinations(choices: readonly (readonly bigint[])[]): bigint[][] {
  if (choices.reduce((product, words) => product * words.length, 1) > mostCorners) return [];
  return choices.reduce<bigint[][]>(
    (rows, corners) => rows.flatMap((row) => corners.map((corner) => [...row, corner])),
    [[]],
  );
}

/** Words of a port with all elements at one corner: least, −1, 0, 1, greatest; for one bit, both. */
function cornersOf(port: Port): bigint[] {
  const width = port.width / port.lanes;
  const numbers = new Set(
    [minimum(width, port.signed), -1n, 0n, 1n, maximum(width, port.signed)].map((n) => wrap(n, width)),
  );
  return [...numbers].map((word) => repeated(word, width, port.lanes));
}

function repeated(word: bigint, width: number, lanes: number): bigint {
  return word * (ones(width * lanes) / ones(width));
}

function randomRow(ports: readonly Port[], source: Random): bigint[] {
  return ports.map((port) => randomWord(port, source));
}

/** A port's word: all elements at one corner, each biased to corners by itself, or all uniform. */
function randomWord(port: Port, source: Random): bigint {
  const width = port.width / port.lanes;
  const kind = source.below(8);
  if (kind === 0) return repeated(cornered(source, width), width, port.lanes);
  if (kind > 4) return source.word(port.width);
  let word = 0n;
  for (let lane = 0; lane < port.lanes; lane++) word = (word << BigInt(width)) | cornered(source, width);
  return word;
}
