import { checkedNumber, listIn, membersOf, optionalNumber, type JsonNode, type JsonText } from './json.js';
import { notDivided, notAsMany } from './problems.js';
import { placeOf } from './json.js';

/** A fully connected network behind the lookups, an array of processing elements to a layer. */
export interface Network {
  /** How many outputs each layer has. */
  readonly layers: readonly number[];
  /** How many elements share the rows of each layer. */
  readonly processingElements: readonly number[];
  /** Cycles in which an element's adders empty themselves after each row. */
  readonly drainCycles: number;
}

/** Bits of the words in which features go from layer to layer. */
export const networkWordBits = 128;

/**
 * The cycles from one item to the next of each layer: features are handed on `E` to a word of 128 bits, and each
 * element works through its rows at two words a cycle: F/E + R·(F/(2E) + drain), for F features and R rows an element.
 *
 * @param features how many features the first layer takes
 */
export function layerCycles(network: Network, features: number, elementBits: number): readonly number[] {
  const perWord = Math.floor(networkWordBits / elementBits);
  return network.layers.map((outputs, at) => {
    const inputs = at === 0 ? features : network.layers[at - 1]!;
    const rows = outputs / network.processingElements[at]!;
    return Math.ceil(inputs / perWord) + rows * (Math.ceil(inputs / (2 * perWord)) + network.drainCycles);
  });
}

/** Multiplications and additions for an item. */
export function networkOperations({ layers }: Network, features: number): number {
  return layers.reduce((sum, outputs, at) => sum + 2 * outputs * (at === 0 ? features : layers[at - 1]!), 0);
}

export function readNetwork(json: JsonText, node: JsonNode): Network | undefined {
  const members = membersOf(json, node, 'a network', ['layers', 'processingElements', 'drainCycles']);
  if (!members) return undefined;
  const sizes = (name: 'layers' | 'processingElements'): readonly (number | undefined)[] =>
    (listIn(json, members, name) ?? []).map((one) =>
      checkedNumber(json, one, `an entry of \`${name}\``, { least: 1, most: 65536 }),
    );
  const layers = sizes('layers');
  const elements = sizes('processingElements');
  const drainCycles = optionalNumber(json, members, 'drainCycles', { least: 0, most: 4096 }, 0);
  if (json.faults.length > 0) return undefined;
  if (layers.length !== elements.length)
    json.faults.push(notAsMany(layers.length, elements.length, placeOf(json, node)));
  layers.forEach((outputs, at) => {
    const count = elements[at];
    if (count !== undefined && outputs! % count !== 0)
      json.faults.push(notDivided(outputs!, count, placeOf(json, node)));
  });
  return {
    layers: layers as number[],
    processingElements: elements as number[],
    drainCycles: drainCycles!,
  };
}
