import { failure, success, type Result } from '../base/index.js';
import { renderLiberty } from './liberty-text.js';
import { readNetlist, type Netlist } from './netlist.js';
import { badNames } from './problems.js';
import { scriptFiles, scriptInputs, synthesisScript, type Effort } from './script.js';
import type { Technology } from './technology.js';
import { timingOf } from './timing.js';
import { runYosys, type YosysOptions } from './yosys.js';

/** Verilog to be synthesised: file texts by name, and the module to start from. */
export interface Source {
  readonly files: Readonly<Record<string, string>>;
  readonly top: string;
}

export interface SynthesisOptions extends YosysOptions {
  /** Liberty text to map with in place of the technology's own; its cells must be among the technology's. */
  readonly liberty?: string | undefined;
}

export interface Synthesis {
  readonly netlist: Netlist;
  /** The netlist as structural Verilog, as Yosys writes it. */
  readonly verilog: string;
  readonly yosys: string;
  readonly effort: Effort;
}

/**
 * Maps Verilog to the cells of a technology. Where delay is the goal, it is mapped in both ways that may give the least,
 * and the faster netlist is kept. Faults: names that are not plain identifiers or file names, all that Yosys rejects
 * (syntax errors, missing modules), and logic for which the technology has no cell.
 */
export async function synthesize(
  source: Source,
  technology: Technology,
  effort: Effort = {},
  options: SynthesisOptions = {},
): Promise<Result<Synthesis>> {
  if (effort.goal !== 'delay') return synthesizeOnce(source, technology, effort, options);
  const balanced = await synthesizeOnce(source, technology, { ...effort, goal: 'balanced' }, options);
  if (!balanced.ok) return balanced;
  const fast = await synthesizeOnce(source, technology, effort, options);
  if (!fast.ok) return fast;
  const delay = ({ netlist }: Synthesis): number => {
    const timing = timingOf(netlist, technology);
    return timing.ok ? timing.value.delayPs : 0;
  };
  return delay(balanced.value) < delay(fast.value) ? success({ ...balanced.value, effort }) : fast;
}

async function synthesizeOnce(
  source: Source,
  technology: Technology,
  effort: Effort,
  options: SynthesisOptions,
): Promise<Result<Synthesis>> {
  const names = Object.keys(source.files);
  const bad = badNames(names, source.top);
  if (bad.length > 0) return failure(...bad);

  const ran = await runYosys(
    {
      script: synthesisScript(technology, source.top, names, effort),
      files: { ...source.files, ...scriptInputs(technology, options.liberty ?? renderLiberty(technology)) },
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
