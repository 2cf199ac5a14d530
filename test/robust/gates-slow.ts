import type { Instance, NetBit, Netlist, Stimulus } from '../../src/synth/index.js';

/** A line: a net as a whole, a pin of an instance, or a bit of an output port, where its net has several readers. */
export type Line =
  | { readonly kind: 'net'; readonly net: number }
  | { readonly kind: 'pin'; readonly instance: Instance; readonly pin: number }
  | { readonly kind: 'port'; readonly port: string; readonly bit: number };

export interface Broken {
  readonly stuck?: readonly { readonly line: Line; readonly value: 0 | 1 }[];
  /** Outputs of cells, and states of flip-flops, that are the other way round in one cycle. */
  readonly flips?: readonly { readonly at: number | Instance; readonly cycle: number }[];
}

/** All lines of a circuit but the clock, found by looking at every net's readers. */
export function slowLines({ ports, instances }: Netlist): Line[] {
  const readers = new Map<NetBit, Line[]>();
  const read = (net: NetBit, line: Line): unknown =>
    typeof net === 'number' && readers.set(net, [...(readers.get(net) ?? []), line]);
  for (const instance of instances)
    instance.inputs.forEach((net, pin) => {
      if (instance.cell.inputs[pin]!.name !== 'CK') read(net, { kind: 'pin', instance, pin });
    });
  for (const { name, direction, bits } of ports)
    if (direction === 'output') bits.forEach((net, bit) => read(net, { kind: 'port', port: name, bit }));
  const driven = [
    ...ports.flatMap(({ name, direction, bits }) => (direction === 'input' && name !== 'clk_i' ? bits : [])),
    ...instances.flatMap(({ outputs }) => outputs.filter((net) => net !== undefined)),
  ];
  const branches = [...readers.values()].filter((lines) => lines.length > 1).flat();
  return [...driven.map((net): Line => ({ kind: 'net', net: net as number })), ...branches];
}

/** What the cells of the little library compute, written down once more. */
const functions: Readonly<
  Record<string, (pins: Readonly<Record<string, number>>) => Record<string, number>>
> = {
  INV: ({ A }) => ({ Y: 1 - A! }),
  NAND2: ({ A, B }) => ({ Y: 1 - A! * B! }),
  FA: ({ A, B, C }) => ({ SN: 1 - ((A! + B! + C!) & 1), CON: 1 - ((A! + B! + C!) >> 1) }),
};

/**
 * The output words of every cycle, as text, of a circuit of INV, NAND2, FA, DFF and DFFR, by going over all cells until
 * nothing changes any more.
 */
export function slowOutputs(
  netlist: Netlist,
  { cycles, words }: Stimulus,
  { stuck = [], flips = [] }: Broken = {},
): string[] {
  const states = new Map(netlist.instances.map((instance) => [instance, 0]));
  const fixed = (is: (line: Line) => boolean): number | undefined =>
    stuck.find(({ line }) => is(line))?.value;
  return Array.from({ length: cycles }, (_, cycle) => {
    const nets = new Map<NetBit, number>([
      ['zero', 0],
      ['one', 1],
    ]);
    const hit = (at: number | Instance): number =>
      flips.some((flip) => flip.at === at && flip.cycle === cycle) ? 1 : 0;
    const set = (net: number, value: number): boolean => {
      const own = fixed((line) => line.kind === 'net' && line.net === net) ?? value ^ hit(net);
      const isNew = nets.get(net) !== own;
      nets.set(net, own);
      return isNew;
    };
    const pinsOf = (instance: Instance): Record<string, number> =>
      Object.fromEntries(
        instance.cell.inputs.map(({ name }, pin) => [
          name,
          fixed((line) => line.kind === 'pin' && line.instance === instance && line.pin === pin) ??
            nets.get(instance.inputs[pin]!) ??
            0,
        ]),
      );
    for (const { name, direction, bits } of netlist.ports)
      if (direction === 'input')
        bits.forEach((net, bit) =>
          set(net as number, Number(((words[name]?.[cycle]?.[0] ?? 0n) >> BigInt(bit)) & 1n)),
        );
    const held = (instance: Instance): number =>
      pinsOf(instance)['RN'] === 0 ? 0 : states.get(instance)! ^ hit(instance);
    const settle = (instance: Instance): boolean => {
      const { name } = instance.cell;
      // What DFF holds is what its output shows: it takes the complement of its data pin.
      const values = functions[name]?.(pinsOf(instance)) ?? {
        Q: held(instance),
        QN: name === 'DFF' ? held(instance) : 1 - held(instance),
      };
      const news = instance.outputs.map(
        (net, k) => net !== undefined && set(net, values[instance.cell.outputs[k]!.name]!),
      );
      return news.includes(true);
    };
    while (netlist.instances.map(settle).includes(true));
    for (const instance of netlist.instances) {
      const { D, RN } = pinsOf(instance);
      if (instance.cell.name === 'DFF') states.set(instance, 1 - D!);
      if (instance.cell.name === 'DFFR') states.set(instance, RN === 0 ? 0 : D!);
    }
    return netlist.ports
      .filter(({ direction }) => direction === 'output')
      .map(({ name, bits }) =>
        bits.map(
          (net, bit) =>
            fixed((line) => line.kind === 'port' && line.port === name && line.bit === bit) ?? nets.get(net),
        ),
      )
      .join(' ');
  });
}
