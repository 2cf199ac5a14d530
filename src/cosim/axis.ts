import { ones, signed } from '../base/index.js';
import type { AxisBus, AxisField } from '../emit/index.js';
import type { Module } from '../ir/index.js';
import { isData, type TokenReference } from './tokens.js';

/**
 * The words that a wrapper with AXI4-Stream interfaces is due to give: those of the design inside, taken out of TDATA and
 * put into it by the table of its buses.
 *
 * @param start makes the reference of the design inside
 */
export function axisTokens(
  start: () => TokenReference,
  inner: Module,
  outer: Module,
  buses: readonly AxisBus[],
): () => TokenReference {
  const { streams: innerStreams = [] } = inner;
  const { streams: outerStreams = [] } = outer;
  const outside = outer.inputs.filter(({ name }) => isData(name, outerStreams));
  const inside = inner.inputs.filter(({ name }) => isData(name, innerStreams));
  const ins = buses.filter(({ direction }) => direction === 'in');
  const outs = buses.filter(({ direction }) => direction === 'out');
  return () => {
    const reference = start();
    return (given) => {
      const words = new Map(
        outside.map(({ name, width, lanes }, k) => [name, join(given[k]!, width / lanes)]),
      );
      for (const bus of ins) unpack(bus, words);
      const results = reference(
        inside.map(({ name, width, lanes }) => split(words.get(name)!, width / lanes, lanes)),
      );
      return outs.map((bus, k) => {
        const token = results[k];
        const { fields } = innerStreams.find(({ name }) => name === bus.stream)!;
        return token && pack(bus, new Map(fields.map((name, i) => [name, token[i]!])));
      });
    };
  };
}

/** Adds the ports of the design inside to the words, as they lie in a bus. */
function unpack(bus: AxisBus, words: Map<string, bigint>): void {
  const data = words.get(`${bus.name}_tdata`)!;
  for (const { name, low, width } of bus.fields) words.set(name, (data >> BigInt(low)) & ones(width));
  if (bus.tlast !== undefined) words.set(bus.tlast, words.get(`${bus.name}_tlast`)!);
}

/** The words of TDATA, TKEEP and TLAST for the fields of a word out. */
function pack({ fields, tdataBits, tlast }: AxisBus, words: ReadonlyMap<string, bigint>): bigint[] {
  const data = fields.reduce(
    (all, field) => all | (padded(field, words.get(field.name)!) << BigInt(field.low)),
    0n,
  );
  return [data, ones(tdataBits / 8), ...(tlast === undefined ? [] : [words.get(tlast)!])];
}

function padded({ width, padded: to, fill }: AxisField, word: bigint): bigint {
  return fill === 'sign' ? BigInt.asUintN(to, signed(word, width)) : word;
}

function join(elements: readonly bigint[], width: number): bigint {
  return elements.reduceRight((all, word) => (all << BigInt(width)) | word, 0n);
}

function split(word: bigint, width: number, lanes: number): bigint[] {
  return Array.from({ length: lanes }, (_, k) => (word >> BigInt(k * width)) & ones(width));
}
