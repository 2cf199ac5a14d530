import { failure, fault, success, wholeFile, type Result } from '../base/index.js';
import type { Source } from './synthesize.js';
import { badNames } from './problems.js';
import { runYosys, type YosysOptions } from './yosys.js';

/** What a family of FPGAs is made of. `none` are cells that take up nothing. */
export const fpgaResources = ['lut', 'ff', 'carry', 'dsp', 'bram', 'uram', 'lutram', 'mux', 'none'] as const;

export type FpgaResource = (typeof fpgaResources)[number];

/** A family of FPGAs, as its file in `tech/fpga/` describes it. */
export interface FpgaFamily {
  readonly name: string;
  readonly about: string;
  /** Inputs of a look-up table. */
  readonly lutInputs: number;
  /** The command of Yosys that maps to it; `-top` is added. */
  readonly command: string;
  /**
   * The label of the command at which each sum of two becomes a carry chain of its own. Without it Yosys joins sums of equal width
   * into compressor trees of LUTs, which take several times as many, and for iCE40 puts sums into SB_MAC16 and loses a product.
   */
  readonly chains?: string;
  /** The names of its cells by what they take up. */
  readonly cells: Readonly<Record<FpgaResource, readonly string[]>>;
  readonly source: string;
  /** What places and routes it, where anything does. */
  readonly place?: FpgaPlace;
  /** Currents that were measured on the device it is placed on, where anybody has. */
  readonly power?: FpgaPower;
}

/** The current of the core's supply, in parts. */
export interface FpgaPower {
  readonly supplyV: number;
  /** With an empty design. */
  readonly staticUa: number;
  /** The clock's tree. */
  readonly clockUaPerMhz: number;
  /** What the placer calls a logic cell, and what one adds: with a register that is clocked and holds its bit, and in a multiplier. */
  readonly cell: string;
  readonly quietCellUaPerMhz: number;
  readonly busyCellUaPerMhz: number;
  /** How often one-bit elements of these two designs change in a mean cycle, without hazards, by logic cell. */
  readonly quietChanges: number;
  readonly busyChanges: number;
  readonly source: string;
}

/** How a family is placed and routed. */
export interface FpgaPlace {
  /** The device and its package. */
  readonly device: string;
  readonly tool: string;
  /** The Debian package that has the tool. */
  readonly package: string;
  /** What the tool is told of the device. */
  readonly flags: readonly string[];
  /** The command of Yosys that maps to it, with cells that the tool times. */
  readonly command: string;
  /** What its figures leave out. */
  readonly note: string;
}

/** How much of each resource a design takes up. */
export interface FpgaUse {
  readonly resources: Readonly<Record<Exclude<FpgaResource, 'none'>, number>>;
  /** Cells by type, the most frequent first. */
  readonly cells: Readonly<Record<string, number>>;
  readonly yosys: string;
}

/** Maps Verilog to the cells of a family of FPGAs and counts them. Faults: all that Yosys rejects. */
export async function mapToFpga(
  source: Source,
  family: FpgaFamily,
  options: YosysOptions = {},
): Promise<Result<FpgaUse>> {
  const names = Object.keys(source.files);
  const bad = badNames(names, source.top);
  if (bad.length > 0) return failure(...bad);
  const script = [
    ...names.map((name) => `read_verilog ${name}`),
    ...mapping(family, source.top),
    'tee -q -o cells.json stat -json',
  ].join('\n');
  const files = { ...source.files, [chainFile]: chains };
  const ran = await runYosys({ script, files, wanted: ['cells.json'] }, options);
  if (!ran.ok) return ran;
  const cells = cellsIn(ran.value.files['cells.json'] ?? '');
  const strange = Object.keys(cells).filter(
    (cell) => !fpgaResources.some((kind) => family.cells[kind].includes(cell)),
  );
  if (strange.length > 0)
    return failure(
      fault('unknown-cell', `Yosys made cells that \`${family.name}\` does not know: ${strange.join(', ')}`, {
        hint: 'add them to the family’s file',
      }),
    );
  const count = (kind: FpgaResource): number =>
    family.cells[kind].reduce((sum, cell) => sum + (cells[cell] ?? 0), 0);
  const { lut, ff, carry, dsp, bram, uram, lutram, mux } = Object.fromEntries(
    fpgaResources.map((kind) => [kind, count(kind)]),
  ) as Record<FpgaResource, number>;
  return success({
    resources: { lut, ff, carry, dsp, bram, uram, lutram, mux },
    cells,
    yosys: ran.value.version,
  });
}

/** The commands that map to a family. */
function mapping({ command, chains: label }: FpgaFamily, top: string): string[] {
  const [name, ...flags] = command.split(' ');
  const whole = [name, '-top', top, ...flags].join(' ');
  if (label === undefined) return [whole];
  return [`${whole} -run begin:${label}`, `techmap -map ${chainFile}`, `${whole} -run ${label}:`];
}

const chainFile = 'bitloom_chains.v';

/** A sum or a difference of two as the adder cell that becomes a carry chain. */
const chain = (cell: string, inverts: 0 | 1): string => `
module \\$${cell} (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  wire [Y_WIDTH-1:0] x;
  wire [Y_WIDTH-1:0] co;
  \\$alu #(
    .A_SIGNED(A_SIGNED), .B_SIGNED(B_SIGNED), .A_WIDTH(A_WIDTH), .B_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)
  ) _TECHMAP_REPLACE_ (.A(A), .B(B), .Y(Y), .X(x), .CO(co), .BI(1'b${inverts}), .CI(1'b${inverts}));
endmodule
`;

const chains = chain('add', 0) + chain('sub', 1);

/** The cells that `stat -json` counts in the whole design. */
function cellsIn(text: string): Record<string, number> {
  const { design } = JSON.parse(text) as { design: { num_cells_by_type: Record<string, number> } };
  return Object.fromEntries(
    Object.entries(design.num_cells_by_type).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  );
}

/** A family from the text of its file. */
export function parseFpgaFamily(file: string, text: string): Result<FpgaFamily> {
  const wrong = (what: string): Result<FpgaFamily> =>
    failure(fault('bad-technology', `${file} is no FPGA family: ${what}`, { place: wholeFile(file) }));
  let read: Partial<FpgaFamily> & { kind?: unknown };
  try {
    read = JSON.parse(text) as typeof read;
  } catch (error) {
    return wrong((error as Error).message);
  }
  if (typeof read !== 'object' || read === null || read.kind !== 'fpga')
    return wrong('`kind` must be "fpga"');
  const { name, about, lutInputs, command, cells, source, place, power, chains: label } = read;
  for (const [key, value] of Object.entries({ name, about, command, source }))
    if (typeof value !== 'string') return wrong(`\`${key}\` must be a string`);
  if (!synthesis.test(command!)) return wrong('`command` must be a synth command of Yosys');
  if (label !== undefined && !/^\w+$/.test(label)) return wrong('`chains` must be a label of the command');
  if (!Number.isInteger(lutInputs)) return wrong('`lutInputs` must be an integer');
  for (const kind of fpgaResources) {
    const list: unknown = cells?.[kind];
    if (!Array.isArray(list) || list.some((cell) => typeof cell !== 'string'))
      return wrong(`\`cells.${kind}\` must be a list of cell names`);
  }
  const lame = (place && placeFault(place)) ?? (power && powerFault(power));
  return lame === undefined ? success(read as FpgaFamily) : wrong(lame);
}

const synthesis = /^synth_\w+( -?[\w]+)*$/;

/** What is wrong with how a family is placed. */
function placeFault(place: Partial<FpgaPlace>): string | undefined {
  const { device, tool, package: from, flags, command, note } = place;
  for (const [key, value] of Object.entries({ device, tool, package: from, command, note }))
    if (typeof value !== 'string') return `\`place.${key}\` must be a string`;
  if (!/^nextpnr-\w+$/.test(tool!)) return '`place.tool` must be a nextpnr';
  if (!synthesis.test(command!)) return '`place.command` must be a synth command of Yosys';
  if (!Array.isArray(flags) || flags.some((flag) => typeof flag !== 'string'))
    return '`place.flags` must be a list of strings';
  return undefined;
}

/** What is wrong with the currents of a family. */
function powerFault(power: Partial<FpgaPower>): string | undefined {
  const { supplyV, staticUa, clockUaPerMhz, quietCellUaPerMhz, busyCellUaPerMhz, cell, source } = power;
  const { quietChanges, busyChanges } = power;
  const currents = { supplyV, staticUa, clockUaPerMhz, quietCellUaPerMhz, busyCellUaPerMhz };
  const figures = { ...currents, quietChanges, busyChanges };
  for (const [key, value] of Object.entries(figures))
    if (typeof value !== 'number' || !(value >= 0)) return `\`power.${key}\` must be a number from 0 on`;
  for (const [key, value] of Object.entries({ cell, source }))
    if (typeof value !== 'string') return `\`power.${key}\` must be a string`;
  if (busyChanges! <= quietChanges!) return '`power.busyChanges` must be above `power.quietChanges`';
  return undefined;
}
