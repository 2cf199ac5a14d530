import { resetName, type Module, type Port } from '../ir/index.js';
import { plainPorts, type PortNames } from './ports.js';

/** A port of the generated top module, for those who connect it. */
export interface PortEntry {
  readonly name: string;
  readonly verilog: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly lanes: number;
  readonly format: string;
}

/** The data ports of a module as the generated Verilog has them; clock and reset are not among them. */
export function manifest(module: Module, names: PortNames = plainPorts): PortEntry[] {
  const entry = (port: Port, direction: 'input' | 'output'): PortEntry => ({
    name: port.name,
    verilog: direction === 'input' ? names.input(port.name) : names.output(port.name),
    direction,
    width: port.width,
    lanes: port.lanes,
    format: port.format,
  });
  return [
    ...module.inputs.filter((port) => port.name !== resetName).map((port) => entry(port, 'input')),
    ...module.outputs.map((port) => entry(port, 'output')),
  ];
}

/** A port in a line of the banner. */
export function describePort(port: PortEntry): string {
  const lanes = port.lanes > 1 ? `${port.lanes} x ${port.format}, element 0 in the low bits` : port.format;
  return `${port.verilog.padEnd(16)} ${lanes}`;
}
