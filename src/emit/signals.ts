import { flatten, moduleOf, type Design, type Id } from '../ir/index.js';
import { isClocked, prepare, type Prepared } from './prepare.js';
import { plainPorts } from './ports.js';
import type { PortsOf } from './print.js';

/** A word that has a name in the generated Verilog. */
export interface Signal {
  readonly name: string;
  /** Bits of the wire; the low ones of the word. */
  readonly width: number;
  /** Its node in the flattened design. */
  readonly id: Id;
  readonly kind: 'wire' | 'reg';
}

/** An instance in the generated Verilog, with what has a name in it. */
export interface SignalScope {
  /** The instance's name; of the top the module's. */
  readonly name: string;
  /** The name of its clock port, if it has one. */
  readonly clock?: string;
  readonly signals: readonly Signal[];
  readonly scopes: readonly SignalScope[];
}

/** The names of a design's Verilog, and the design whose flattened form the ids belong to. */
export interface Signals {
  readonly design: Design;
  readonly top: SignalScope;
}

/**
 * The names that the words of a design have in its Verilog, instance by instance.
 *
 * @param design as it is given to `emit`: simplified and pipelined
 */
export function signalsOf(design: Design, portsOf: PortsOf = () => plainPorts): Signals {
  const prepared = new Map(
    design.modules.map(({ name }) => [name, prepare(design, name, portsOf(name))] as const),
  );
  const modules = design.modules.map(({ name }) => prepared.get(name)!.module);
  let next = 0;
  const enter = (name: string, module: string, inputs: readonly Id[] | undefined): [SignalScope, Id[]] => {
    const p = prepared.get(module)!;
    const place = placed(p, inputs, () => next++, enter);
    const clock = isClocked(design, moduleOf(design, module)) ? p.ports.clock : undefined;
    const scope = { name, signals: named(p, place.ids), scopes: place.scopes };
    const outputs = p.module.outputs.map(({ value }) => place.ids[value]!);
    return [clock === undefined ? scope : { ...scope, clock }, outputs];
  };
  const [top] = enter(design.top, design.top, undefined);
  return { design: { ...design, modules }, top };
}

type Enter = (name: string, module: string, inputs: readonly Id[]) => [SignalScope, Id[]];

/** The flat ids of a module's nodes, counted as `flatten` counts them, and the instances in it. */
function placed(
  p: Prepared,
  inputs: readonly Id[] | undefined,
  count: () => Id,
  enter: Enter,
): { readonly ids: readonly Id[]; readonly scopes: readonly SignalScope[] } {
  const ids: Id[] = [];
  const scopes: SignalScope[] = [];
  const results = new Map<Id, Id[]>();
  const port = new Map(p.module.inputs.map(({ name }, k) => [name, k]));
  p.module.nodes.forEach((node, own) => {
    if (node.kind === 'instance') {
      const [scope, outputs] = enter(
        `u_${p.wires[own]}`,
        node.module,
        node.inputs.map((id) => ids[id]!),
      );
      scopes.push(scope);
      results.set(own, outputs);
    } else if (node.kind === 'output') ids[own] = results.get(node.instance)![node.port]!;
    else if (node.kind === 'input' && inputs) ids[own] = inputs[port.get(node.name)!]!;
    else ids[own] = count();
  });
  return { ids, scopes };
}

function named(p: Prepared, ids: readonly Id[]): Signal[] {
  // Inside a leaf written by hand the names are its own.
  const inner = p.module.leaf === undefined ? p.module.nodes : [];
  const words = inner.flatMap((node, own): Signal[] => {
    const name = p.wires[own];
    if (name === undefined || node.kind === 'instance' || node.kind === 'input') return [];
    const kind = node.kind === 'reg' ? 'reg' : 'wire';
    return [{ name, width: p.widths[own]!, id: ids[own]!, kind }];
  });
  const inputs = p.module.nodes.flatMap((node, own): Signal[] =>
    node.kind === 'input'
      ? [{ name: p.ports.input(node.name), width: node.width, id: ids[own]!, kind: 'wire' }]
      : [],
  );
  const outputs = p.module.outputs.map(({ name, width, value }): Signal => {
    return { name: p.ports.output(name), width, id: ids[value]!, kind: 'wire' };
  });
  return [...inputs, ...outputs, ...words];
}

/** The registers that no reset reaches, by their path below the top, as `u_unit.word_q`. */
export function unresetRegisters({ design, top }: Signals): string[] {
  const { nodes } = flatten(design);
  const walk = (scope: SignalScope, path: string): string[] => [
    ...scope.signals.flatMap(({ name, kind, id }) => {
      const node = nodes[id]!;
      return kind === 'reg' && node.kind === 'reg' && node.reset === undefined ? [path + name] : [];
    }),
    ...scope.scopes.flatMap((inner) => walk(inner, `${path}${inner.name}.`)),
  ];
  return walk(top, '');
}
