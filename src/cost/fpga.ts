import { success, type Result } from '../base/index.js';
import { mapToFpga, type FpgaFamily, type FpgaUse, type Source, type YosysOptions } from '../synth/index.js';
import type { FigureSource } from './cost.js';

/** What a circuit takes up of an FPGA: plain JSON. Delay and power are not among it: they come of placement and routing. */
export type FpgaCost = FpgaUse['resources'] & {
  readonly technology: string;
  readonly cellTypes: FpgaUse['cells'];
  readonly sources: readonly FigureSource[];
};

/** Resources of Verilog in a family of FPGAs, by synthesis. Faults are those of synthesis. */
export async function fpgaCostOf(
  source: Source,
  family: FpgaFamily,
  options: YosysOptions = {},
): Promise<Result<FpgaCost>> {
  const use = await mapToFpga(source, family, options);
  if (!use.ok) return use;
  const { resources, cells, yosys } = use.value;
  const from = `cells mapped by Yosys ${yosys}, \`${family.command}\`, without pads and clock buffers; ${family.source}`;
  return success({
    technology: family.name,
    ...resources,
    cellTypes: cells,
    sources: Object.keys(resources).map((figure) => ({ figure, origin: 'synthesised', from })),
  });
}
