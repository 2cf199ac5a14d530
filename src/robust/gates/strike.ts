import { unreachable } from '../../base/index.js';
import type { BitExpression, BitNetwork } from '../../sim/index.js';
import type { Netlist } from '../../synth/index.js';

/** A cell whose output, or whose state, a particle may flip for a cycle. */
export interface Target {
  readonly kind: 'gate' | 'flip-flop';
  readonly module: string;
  readonly name: string;
}

/**
 * A network whose targets flip in the cycles in which the word at `strikePort` is 1 and the net at the target's place in
 * `selects`, which is 0 otherwise, is forced to 1.
 */
export interface Struck {
  readonly network: BitNetwork;
  readonly targets: readonly Target[];
  readonly selects: readonly number[];
}

/** A name that no port of a design has. */
export const strikePort = 'strike!';

/**
 * Makes outputs of cells without state, and the states of flip-flops, to targets. A flipped state is what the flip-flop
 * shows and what it makes its next state of, so a flip-flop that holds its value keeps the wrong one.
 *
 * @param network of the netlist
 */
export function struckNetwork(netlist: Netlist, network: BitNetwork): Struck {
  let nets = network.nets;
  const strike = nets++;
  const targets: Target[] = [];
  const selects: number[] = [];
  const target = (found: Target): ((value: BitExpression) => BitExpression) => {
    const select = nets++;
    targets.push(found);
    selects.push(select);
    const hit = { kind: 'and', left: netOf(strike), right: netOf(select) } as const;
    return (value) => ({ kind: 'xor', left: value, right: hit });
  };
  const flippedNet = new Map<number, (value: BitExpression) => BitExpression>();
  const flippedState: ((value: BitExpression) => BitExpression)[] = [];
  for (const { name, cell, outputs, module = netlist.name } of netlist.instances) {
    if (cell.flipFlop) flippedState.push(target({ kind: 'flip-flop', module, name }));
    else
      outputs.forEach((net, k) => {
        const pin = `${name}.${cell.outputs[k]!.name}`;
        if (net !== undefined) flippedNet.set(net, target({ kind: 'gate', module, name: pin }));
      });
  }
  const gates = network.gates.map(({ net, value }) => {
    const read = withStates(value, flippedState);
    return { net, value: flippedNet.get(net)?.(read) ?? read };
  });
  return {
    network: {
      nets,
      inputs: [...network.inputs, { name: strikePort, bits: [strike] }],
      outputs: network.outputs,
      gates: [
        ...selects.map((net) => ({ net, value: { kind: 'constant', value: false } as const })),
        ...gates,
      ],
      states: network.states.map((next) => withStates(next, flippedState)),
    },
    targets,
    selects,
  };
}

function netOf(net: number): BitExpression {
  return { kind: 'net', net };
}

/** The expression with what is made of each state it reads. */
function withStates(
  expression: BitExpression,
  of: readonly ((state: BitExpression) => BitExpression)[],
): BitExpression {
  switch (expression.kind) {
    case 'constant':
    case 'net':
      return expression;
    case 'state':
      return of[expression.state]!(expression);
    case 'not':
      return { kind: 'not', of: withStates(expression.of, of) };
    case 'and':
    case 'or':
    case 'xor':
      return {
        kind: expression.kind,
        left: withStates(expression.left, of),
        right: withStates(expression.right, of),
      };
    default:
      return unreachable(expression);
  }
}
