import { numberAttribute, type Node } from './network.js';
import { numbersOf, type Tensor } from './tensor.js';

/** What bounds a result: from below by 0, from above by `most`, Infinity if nothing does. */
export interface Bounds {
  readonly relu: boolean;
  readonly most: number;
}

export const unbounded: Bounds = { relu: false, most: Infinity };

/** The bounds that an operator sets, if it does nothing else: a ReLU, or a Clip from 0. */
export function boundsOf(node: Node, constants: ReadonlyMap<string, Tensor>): Bounds | undefined {
  if (node.op === 'Relu') return { relu: true, most: Infinity };
  if (node.op !== 'Clip') return undefined;
  const [least, most] = [bound(node, 'min', 1, constants), bound(node, 'max', 2, constants)];
  return least === 0 && most !== undefined && most > 0 ? { relu: true, most } : undefined;
}

/** A bound of a Clip: a constant, infinite where there is none; undefined if it is not known. */
function bound(
  node: Node,
  name: string,
  input: number,
  constants: ReadonlyMap<string, Tensor>,
): number | undefined {
  const given = node.inputs[input];
  if (given) {
    const tensor = constants.get(given);
    return tensor && numbersOf(tensor)[0];
  }
  return numberAttribute(node, name, name === 'max' ? Infinity : -Infinity);
}
