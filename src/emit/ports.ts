import { resetName } from '../ir/index.js';

/** What the ports of a module are called in Verilog. */
export interface PortNames {
  readonly clock: string;
  readonly reset: string;
  /** The name of an input port; of the reset too. */
  input(name: string): string;
  output(name: string): string;
}

/** Names as modules of the house have them: `_i` and `_o` behind the name, `clk_i`, `rst_ni`. */
export const plainPorts: PortNames = {
  clock: 'clk_i',
  reset: 'rst_ni',
  input: (name) => (name === resetName ? 'rst_ni' : `${name}_i`),
  output: (name) => `${name}_o`,
};

/** Names as AXI4-Stream gives them: those of the buses as they are, `aclk`, `aresetn`; other ports as usual. */
export const axisPorts: PortNames = {
  clock: 'aclk',
  reset: 'aresetn',
  input: (name) => {
    if (name === resetName) return 'aresetn';
    return isOfBus(name) ? name : plainPorts.input(name);
  },
  output: (name) => (isOfBus(name) ? name : plainPorts.output(name)),
};

function isOfBus(name: string): boolean {
  return /^[sm]_axis_/.test(name);
}
