import { failure, success, type Result } from '../base/index.js';
import { assemble } from './assemble.js';
import { divide, type Part } from './divide.js';
import { renderLiberty } from './liberty-text.js';
import { netlistOf, readModules, readNetlist, type Netlist, type YosysModule } from './netlist.js';
import { badNames } from './problems.js';
import { scriptFiles, scriptInputs, synthesisScript, type Effort } from './script.js';
import type { Technology } from './technology.js';
import { timingOf } from './timing.js';
import { runYosys, type YosysOptions, type YosysOutput } from './yosys.js';

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
  const goals = (['balanced', 'delay'] as const).map((goal) =>
    synthesizeOnce(source, technology, { ...effort, goal }, options),
  );
  const [balanced, fast] = await Promise.all(goals);
  if (!balanced!.ok) return balanced!;
  if (!fast!.ok) return fast!;
  const delay = ({ netlist }: Synthesis): number => {
    const timing = timingOf(netlist, technology);
    return timing.ok ? timing.value.delayPs : 0;
  };
  return delay(balanced!.value) < delay(fast!.value) ? success({ ...balanced!.value, effort }) : fast!;
}

async function synthesizeOnce(
  source: Source,
  technology: Technology,
  effort: Effort,
  options: SynthesisOptions,
): Promise<Result<Synthesis>> {
  const bad = badNames(Object.keys(source.files), source.top);
  if (bad.length > 0) return failure(...bad);
  const parts = effort.hierarchy ? divide(source) : undefined;
  if (parts && parts.length > 1) return synthesizeParts(parts, source.top, technology, effort, options);
  // one module without others in it is mapped as it is
  const chosen = parts ? { ...effort, hierarchy: false } : effort;
  const ran = await map(source.files, source.top, technology, chosen, options);
  if (!ran.ok) return ran;
  const netlist = readNetlist(ran.value.files[scriptFiles.netlist] ?? '', source.top, technology);
  if (!netlist.ok) return netlist;
  return success({
    netlist: netlist.value,
    verilog: ran.value.files[scriptFiles.verilog] ?? '',
    yosys: ran.value.version,
    effort: chosen,
  });
}

/** Every module by itself, so that a change of one costs the mapping of one, and then put together. */
async function synthesizeParts(
  parts: readonly Part[],
  top: string,
  technology: Technology,
  effort: Effort,
  options: SynthesisOptions,
): Promise<Result<Synthesis>> {
  const plain = { ...effort, hierarchy: false };
  const runs = await Promise.all(
    parts.map(({ name, files }) => map(files, name, technology, plain, options)),
  );
  const modules = new Map<string, YosysModule>();
  const verilog: string[] = [];
  let yosys = '';
  for (const [k, ran] of runs.entries()) {
    if (!ran.ok) return ran;
    const read = readModules(ran.value.files[scriptFiles.netlist] ?? '');
    if (!read.ok) return read;
    modules.set(parts[k]!.name, read.value[parts[k]!.name]!);
    verilog.push(ran.value.files[scriptFiles.verilog] ?? '');
    yosys = ran.value.version;
  }
  const netlist = netlistOf(assemble(modules, top), top, technology);
  return netlist.ok
    ? success({ netlist: netlist.value, verilog: verilog.join('\n'), yosys, effort })
    : netlist;
}

function map(
  files: Source['files'],
  top: string,
  technology: Technology,
  effort: Effort,
  options: SynthesisOptions,
): Promise<Result<YosysOutput>> {
  return runYosys(
    {
      script: synthesisScript(technology, top, Object.keys(files), effort),
      files: { ...files, ...scriptInputs(technology, options.liberty ?? renderLiberty(technology)) },
      wanted: [scriptFiles.netlist, scriptFiles.verilog],
    },
    options,
  );
}
