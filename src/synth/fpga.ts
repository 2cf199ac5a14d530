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
  /** The names of its cells by what they take up. */
  readonly cells: Readonly<Record<FpgaResource, readonly string[]>>;
  readonly source: string;
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
  const [command, ...flags] = family.command.split(' ');
  const script = [
    ...names.map((name) => `read_verilog ${name}`),
    [command, '-top', source.top, ...flags].join(' '),
    'tee -q -o cells.json stat -json',
  ].join('\n');
  const ran = await runYosys({ script, files: source.files, wanted: ['cells.json'] }, options);
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
  const { name, about, lutInputs, command, cells, source } = read;
  for (const [key, value] of Object.entries({ name, about, command, source }))
    if (typeof value !== 'string') return wrong(`\`${key}\` must be a string`);
  if (!/^synth_\w+( -?[\w]+)*$/.test(command!)) return wrong('`command` must be a synth command of Yosys');
  if (!Number.isInteger(lutInputs)) return wrong('`lutInputs` must be an integer');
  for (const kind of fpgaResources) {
    const list: unknown = cells?.[kind];
    if (!Array.isArray(list) || list.some((cell) => typeof cell !== 'string'))
      return wrong(`\`cells.${kind}\` must be a list of cell names`);
  }
  return success(read as FpgaFamily);
}
