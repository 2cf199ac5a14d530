import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { Emitted } from '../emit/index.js';
import { resetName, type Design, type Module, type Port } from '../ir/index.js';
import { runYosys, type YosysOptions } from '../synth/index.js';
import { importModule } from './import.js';
import type { YosysModule } from './netlist.js';

/** What Yosys understood of Verilog files, as a design of one module. */
export interface ReadBack {
  readonly design: Design;
  /** As Yosys says it. */
  readonly yosys: string;
}

/**
 * Reads emitted Verilog back: Yosys parses and flattens it, and every cell becomes nodes again. Nothing of what
 * wrote the Verilog takes part. What the Verilog leaves undefined becomes an input of its own, free in every cycle.
 *
 * @param like the module that the Verilog was written from: its ports are looked for
 */
export async function readBack(
  emitted: Emitted,
  like: Module,
  options: YosysOptions = {},
): Promise<Result<ReadBack>> {
  const files = Object.fromEntries(emitted.verilog.map((file) => [file.name, file.text]));
  const script = [
    ...Object.keys(files).map((name) => `read_verilog ${name}`),
    `hierarchy -check -top ${emitted.top}`,
    'proc',
    'flatten',
    'memory_collect',
    'opt_clean',
    'write_json netlist.json',
  ].join('\n');
  const ran = await runYosys({ script, files, wanted: ['netlist.json'] }, options);
  if (!ran.ok) return ran;
  const netlist = JSON.parse(ran.value.files['netlist.json']!) as {
    readonly modules: Readonly<Record<string, YosysModule>>;
  };
  const faults: Diagnostic[] = [];
  const module = importModule(netlist.modules[emitted.top]!, portsOf(like), (fault) => faults.push(fault));
  if (!module || faults.length > 0) return failure(...faults);
  return success({ design: { top: module.name, modules: [module] }, yosys: ran.value.version });
}

/** The ports that the Verilog should have, by their Verilog names. */
function portsOf(like: Module) {
  const named = (port: Port, suffix: string): readonly [string, Port] => [
    port.name === resetName ? 'rst_ni' : `${port.name}${suffix}`,
    port,
  ];
  return {
    name: like.name,
    about: like.about,
    latency: like.latency,
    inputs: new Map(like.inputs.map((port) => named(port, '_i'))),
    outputs: new Map(like.outputs.map((port) => named(port, '_o'))),
  };
}
