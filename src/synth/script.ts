import { adderLeaves, adderMap, leafMap, productMap } from './maps.js';
import type { Technology } from './technology.js';

/**
 * What mapping is to look for: the least area (adder cells are used where the technology has them), the least delay, or
 * a small product of both. docs/technologies.md has the figures.
 */
export type Goal = 'area' | 'balanced' | 'delay';

export interface Effort {
  readonly goal?: Goal;
  /** Map the modules of the source one by one; the netlist is flat all the same, and its names and cells tell the module. */
  readonly hierarchy?: boolean;
  /** Leave sums of products to what Yosys makes of `*` and `+` by itself; for comparison. */
  readonly plain?: boolean;
}

/** The names of the files that a synthesis script reads and writes. */
export const scriptFiles = {
  liberty: 'cells.lib',
  adders: 'map_adders.v',
  products: 'map_products.v',
  leaves: 'map_leaves.v',
  constraints: 'abc.constr',
  netlist: 'netlist.json',
  verilog: 'netlist.v',
} as const;

/** ABC commands by goal. None of them sweeps by SAT, which takes minutes on multipliers. */
const mapping: Readonly<Record<Goal, string>> = {
  area: 'strash; &get -n; &nf; &put; buffer; upsize; dnsize',
  balanced: 'strash; &get -n; &nf; &put; buffer; upsize; dnsize',
  delay: 'strash; map -B 0.9; topo; buffer -c; topo; upsize; dnsize',
};

/**
 * The Yosys script from Verilog files to a mapped netlist. Sums of products become one compressor tree each: `alumacc`
 * joins them, `maccmap -unmap` spreads them at full width, signed products are rewritten to unsigned ones (so that no
 * row needs a sign extension), and joining again gives the tree.
 */
export function synthesisScript(
  technology: Technology,
  top: string,
  sources: readonly string[],
  effort: Effort = {},
): string {
  const { liberty, products, leaves, netlist, verilog } = scriptFiles;
  const goal = effort.goal ?? 'balanced';
  const { tieHigh, tieLow, fullAdder, halfAdder } = technology.roles;
  const adders = fullAdder !== undefined || halfAdder !== undefined;
  return [
    ...sources.map((source) => `read_verilog ${source}`),
    `hierarchy -check -top ${top}`,
    ...(adders
      ? [
          `read_liberty -lib ${liberty}`,
          `techmap -autoproc -map ${leaves} ${adderLeaves.map((leaf) => `t:${leaf}`).join(' ')}`,
        ]
      : []),
    'proc',
    ...(effort.hierarchy ? [] : ['flatten']),
    'opt_expr; opt_clean; opt -nodffe -nosdff; wreduce; peepopt; opt_clean',
    ...(effort.plain ? [] : [`alumacc; opt; maccmap -unmap; techmap -map ${products}; opt_expr; opt_clean`]),
    'alumacc; opt; memory -nomap; opt_clean',
    'opt -fast -full; memory_map; opt -full',
    'techmap; opt -fast',
    ...(goal === 'area' && technology.roles.fullAdder
      ? [`extract_fa -fa; techmap -map ${scriptFiles.adders}; techmap; opt -fast`]
      : []),
    `dfflibmap -liberty ${liberty}`,
    'opt -fast; setundef -zero',
    `abc -liberty ${liberty} -constr ${scriptFiles.constraints} -script +${mapping[goal].replaceAll(' ', ',')}`,
    ...(effort.hierarchy ? ['flatten'] : []),
    ...(tieHigh && tieLow
      ? [`hilomap -singleton -hicell ${tieHigh.cell} ${tieHigh.pin} -locell ${tieLow.cell} ${tieLow.pin}`]
      : []),
    'opt_clean -purge',
    `write_json ${netlist}`,
    `write_verilog -noattr ${verilog}`,
  ].join('\n');
}

/** The files that the script needs besides the sources; `liberty` is the technology as text. */
export function scriptInputs(technology: Technology, liberty: string): Record<string, string> {
  const { inverter } = technology.roles;
  const driver = inverter === undefined ? '' : `set_driving_cell ${inverter}\n`;
  return {
    [scriptFiles.liberty]: liberty,
    [scriptFiles.adders]: adderMap(technology),
    [scriptFiles.products]: productMap,
    [scriptFiles.leaves]: leafMap(technology),
    [scriptFiles.constraints]: `${driver}set_load ${technology.conditions.outputLoadFf}\n`,
  };
}
