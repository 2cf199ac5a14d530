import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { Network, Node } from './network.js';
import { attributeFaults } from './operators/attributes.js';
import { operators } from './operators/table.js';
import { cycle, doubleName, inputCount, missingValue, outputCount, unsupportedOperator } from './problems.js';

/** How many faults of one kind are looked into: naming what is near takes time, and nobody reads more. */
const mostFaults = 100;

/** Faults of nodes that do not run here: an unknown operator or attribute, a wrong number of inputs or outputs. */
export function knownOperators(network: Network): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const node of network.nodes) {
    if (found.length >= mostFaults) break;
    found.push(...nodeFaults(node));
  }
  return found;
}

function nodeFaults(node: Node): Diagnostic[] {
  const operator = operators.get(node.op);
  if (!operator) return [unsupportedOperator(node, [...operators.keys()])];
  const [least, most] = operator.inputs;
  const given = node.inputs.filter((name, i) => name !== '' || i >= least).length;
  const [fewest, many] = operator.outputs ?? [1, 1];
  const found = attributeFaults(node, operator.attributes);
  if (given < least || trimmed(node.inputs).length > most) found.push(inputCount(node, least, most));
  const outputs = trimmed(node.outputs);
  if (outputs.length < fewest || outputs.length > many || outputs[0] === '') {
    found.push(outputCount(node, fewest, many));
  }
  return found;
}

/** Names without those at the end that stand for nothing. */
function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/**
 * The network with its nodes ordered so that each stands behind those it reads; nodes already in order stay.
 * Values given twice, values that nothing gives, and circles are faults.
 */
export function inOrderOfUse(network: Network): Result<Network> {
  const found = [...givenTwice(network), ...neverGiven(network)];
  if (found.length > 0) return failure(...found);
  const { sorted, left } = sortNodes(network.nodes);
  return left.length > 0 ? failure(cycle(left)) : success({ ...network, nodes: sorted });
}

/** Which nodes read each value. */
export function readers(nodes: readonly Node[]): Map<string, Node[]> {
  const reading = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of new Set(node.inputs)) {
      const others = reading.get(name);
      if (others) others.push(node);
      else reading.set(name, [node]);
    }
  }
  return reading;
}

function given(network: Network): string[] {
  const outputs = network.nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  return [...network.inputs.map(({ name }) => name), ...network.initialisers.keys(), ...outputs];
}

function givenTwice(network: Network): Diagnostic[] {
  const seen = new Set<string>();
  const twice = given(network).filter((name) => seen.size === seen.add(name).size);
  return [...new Set(twice)].map(doubleName);
}

function neverGiven(network: Network): Diagnostic[] {
  const known = given(network);
  const there = new Set(known);
  const missing = (names: readonly string[], reader: string): [name: string, reader: string][] =>
    names.filter((name) => !there.has(name)).map((name) => [name, reader]);
  const outputs = network.outputs.map(({ name }) => name);
  const all = [
    ...network.nodes.flatMap((node) =>
      missing(
        node.inputs.filter((name) => name !== ''),
        `node \`${node.name}\``,
      ),
    ),
    ...missing(outputs, 'the output of the network'),
  ];
  return all.slice(0, mostFaults).map(([name, reader]) => missingValue(name, reader, known));
}

/** Kahn's algorithm: a node is ready when none of its inputs is waited for; `left` names those on circles. */
function sortNodes(nodes: readonly Node[]): {
  readonly sorted: readonly Node[];
  readonly left: readonly string[];
} {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const waiting = new Map(
    nodes.map((node) => [node, new Set(node.inputs.filter((name) => made.has(name))).size]),
  );
  if (isInOrder(nodes, made)) return { sorted: nodes, left: [] };
  const reading = readers(nodes);
  const sorted = nodes.filter((node) => waiting.get(node) === 0);
  for (const node of sorted) {
    for (const name of node.outputs) {
      for (const reader of reading.get(name) ?? []) {
        const count = waiting.get(reader)! - 1;
        waiting.set(reader, count);
        if (count === 0) sorted.push(reader);
      }
    }
  }
  return { sorted, left: nodes.filter((node) => waiting.get(node)! > 0).map(({ name }) => name) };
}

function isInOrder(nodes: readonly Node[], made: ReadonlySet<string>): boolean {
  const done = new Set<string>();
  return nodes.every((node) => {
    const ready = node.inputs.every((name) => !made.has(name) || done.has(name));
    for (const name of node.outputs) done.add(name);
    return ready;
  });
}
