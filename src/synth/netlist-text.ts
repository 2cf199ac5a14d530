import type { NetBit, Netlist } from './netlist.js';
import type { Technology } from './technology.js';

/**
 * A netlist as Verilog of cells and single wires, for tools that read no vectors, expressions or escaped names: ports
 * are `name_0`, `name_1`, … and name their nets, other nets are `n0`, …, instances `g0`, … in the netlist's order. Open outputs get nets `o0`, … of their own.
 * Constants that something reads are driven by the technology's tie cells.
 */
export function renderNetlist(netlist: Netlist, technology: Technology): string {
  const { tieHigh, tieLow } = technology.roles;
  const ports = new Map<NetBit, string>();
  const constants = new Set<'one' | 'zero'>();
  const tied = (bit: NetBit): string => {
    if (typeof bit === 'number') return ports.get(bit) ?? `n${bit}`;
    const constant = bit === 'one' ? 'one' : 'zero';
    constants.add(constant);
    return constant;
  };
  const bits = netlist.ports.flatMap((port) =>
    port.bits.map((bit, k) => ({ ...port, bit, name: `${port.name}_${k}` })),
  );
  const lines: string[] = [];
  for (const side of ['input', 'output'])
    for (const { direction, bit, name } of bits)
      if (direction === side && typeof bit === 'number' && !ports.has(bit)) ports.set(bit, name);
      else if (direction === side) lines.push(`  assign ${name} = ${tied(bit)};`);
  let open = 0;
  netlist.instances.forEach(({ cell, inputs, outputs }, k) => {
    const pins = [
      ...cell.inputs.map((pin, at) => `.${pin.name}(${tied(inputs[at]!)})`),
      ...cell.outputs.map((pin, at) => {
        const net = outputs[at];
        return `.${pin.name}(${net === undefined ? `o${open++}` : tied(net)})`;
      }),
    ];
    lines.push(`  ${cell.name} g${k} (${pins.join(', ')});`);
  });
  const ties = [
    ...(tieHigh && constants.has('one') ? [`  ${tieHigh.cell} tie_one (.${tieHigh.pin}(one));`] : []),
    ...(tieLow && constants.has('zero') ? [`  ${tieLow.cell} tie_zero (.${tieLow.pin}(zero));`] : []),
  ];
  const wires = [
    ...netlist.netNames.flatMap((_, k) => (ports.has(k) ? [] : [`n${k}`])),
    ...Array.from({ length: open }, (_, k) => `o${k}`),
    ...constants,
  ];
  return [
    `module ${netlist.name} (${bits.map(({ name }) => name).join(', ')});`,
    ...bits.map(({ direction, name }) => `  ${direction} ${name};`),
    ...wires.map((wire) => `  wire ${wire};`),
    ...ties,
    ...lines,
    'endmodule',
    '',
  ].join('\n');
}
