/** What the value of a net, or the next value of a state, is made of. */
export type BitExpression =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'net'; readonly net: number }
  | { readonly kind: 'state'; readonly state: number }
  | { readonly kind: 'not'; readonly of: BitExpression }
  | { readonly kind: 'and' | 'or' | 'xor'; readonly left: BitExpression; readonly right: BitExpression };

/** A port of single bits, bit 0 of its word first; a bit may be tied to a constant. */
export interface BitPort {
  readonly name: string;
  readonly bits: readonly (number | 'zero' | 'one')[];
}

export interface Gate {
  readonly net: number;
  readonly value: BitExpression;
}

/**
 * A circuit of single bits on one clock. Nets are numbers from 0 to `nets` − 1; each is driven by an input port or a
 * gate, or is always 0. Each gate stands after those whose nets it reads.
 */
export interface BitNetwork {
  readonly nets: number;
  readonly inputs: readonly BitPort[];
  readonly outputs: readonly BitPort[];
  readonly gates: readonly Gate[];
  /** The next value of each state; a state may read no state but itself. All are 0 at power-up. */
  readonly states: readonly BitExpression[];
}

/** The nets that an expression reads. */
export function netsOf(expression: BitExpression): number[] {
  switch (expression.kind) {
    case 'constant':
    case 'state':
      return [];
    case 'net':
      return [expression.net];
    case 'not':
      return netsOf(expression.of);
    default:
      return [...netsOf(expression.left), ...netsOf(expression.right)];
  }
}

/** The gates depth first, so that most nets are read soon after they are driven. */
export function depthFirst({ gates, outputs, states }: BitNetwork): Gate[] {
  const drivers = new Map(gates.map((gate) => [gate.net, gate] as const));
  const order: Gate[] = [];
  const seen = new Set<Gate>();
  const done = new Set<Gate>();
  const visit = (root: Gate | undefined): void => {
    const stack = root ? [root] : [];
    while (stack.length > 0) {
      const gate = stack.at(-1)!;
      if (seen.has(gate)) {
        stack.pop();
        if (!done.has(gate)) order.push(gate);
        done.add(gate);
        continue;
      }
      seen.add(gate);
      for (const net of netsOf(gate.value)) {
        const driver = drivers.get(net);
        if (driver && !seen.has(driver)) stack.push(driver);
      }
    }
  };
  for (const net of outputs.flatMap((port) => port.bits))
    if (typeof net === 'number') visit(drivers.get(net));
  for (const next of states) netsOf(next).forEach((net) => visit(drivers.get(net)));
  gates.forEach(visit);
  return order;
}
