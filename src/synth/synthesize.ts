import { failure, success, type Result } from '../base/index.js';
import { renderLiberty } from './liberty-text.js';
import { readNetlist, type Netlist } from './netlist.js';
import { badName } from './problems.js';
import { scriptFiles, scriptInputs, synthesisScript, type Effort } from './script.js';
import type { Technology } from './technology.js';
import { runYosys, type YosysOptions } from './yosys.js';

/** Verilog to be synthesised: file texts by name, and the module to start from. */
export interface Source {
  readonly files: Readonly<Record<string, string>>;
  readonly top: string;
}

export interface Synthesis {
  readonly netlist: Netlist;
  /** The netlist as structural Verilog, as Yosys writes it. */
  readonly verilog: string;
  readonly yosys: string;
  readonly effort: Effort;
}

/**
 * Maps Verilog to the cells of a technology. Faults: names that are not plain identifiers or file names, all that Yosys
 * rejects (syntax errors, missing modules), and logic for which the technology has no cell.
 */
export async function synthesize(
  source: Source,
  technology: Technology,
  effort: Effort = {},
  options: YosysOptions = {},
): Promise<Result<Synthesis>> {
  const names = Object.keys(source.files);
  const bad = [
    ...names.filter((name) => !/^[\w.-]+$/.test(name)),
    ...(/^[A-Za-z_]\w*$/.test(source.top) ? [] : [source.top]),
  ];
  if (bad.length > 0) return failure(...bad.map(badName));

  const ran = await runYosys(
    {
      script: synthesisScript(technology, source.top, names, effort),
      files: { ...source.files, ...scriptInputs(technology, renderLiberty(technology)) },
      wanted: [scriptFiles.netlist, scriptFiles.verilog],
    },
    options,
  );
  if (!ran.ok) return ran;
  const netlist = readNetlist(ran.value.files[scriptFiles.netlist] ?? '', source.top, technology);
  if (!netlist.ok) return netlist;
  return success({
    netlist: netlist.value,
    verilog: ran.value.files[scriptFiles.verilog] ?? '',
    yosys: ran.value.version,
    effort,
  });
}
