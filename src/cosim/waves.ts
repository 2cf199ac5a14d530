import { failure, success, type Result } from '../base/index.js';
import { topOf } from '../ir/index.js';
import { heldOn } from './follow.js';
import { gtkw } from './gtkw.js';
import { replay } from './replay.js';
import { stimulus, type Row } from './stimulus.js';
import { vcd, type Window } from './vcd.js';
import { build, type WaveFormat } from './verilator.js';
import { startsFromReset, stimulusOptions, type Subject, type VerifyOptions } from './verify.js';

/** The rows that `verify` tries a subject with, and the cycles in which the last of them comes out. */
function rowsOf(subject: Subject, options: VerifyOptions): Row[] {
  const { latency } = subject.emitted;
  const top = topOf(subject.simplified);
  const kind = stimulusOptions(subject, options);
  return heldOn(stimulus(top, options.vectors, options.seed, latency + 2, kind).rows, latency);
}

/** Runs a subject under Verilator as `verify` does, with a waveform of some cycles into `file`. */
export async function traceVerilog(
  subject: Subject,
  options: VerifyOptions,
  window: Window,
  file: string,
  format: WaveFormat = 'vcd',
): Promise<Result<string>> {
  const model = await build([subject.emitted], { ...options, waves: format });
  if (!model.ok) return model;
  const rows = rowsOf(subject, options).slice(0, window.last + 1);
  const seed = startsFromReset(subject.simplified) ? options.seed || 1 : 0;
  const ran = await replay(model.value, rows, { seed, waves: { file, ...window } });
  return ran.ok ? success(file) : failure(...ran.diagnostics);
}

/** The same cycles of the same run on the interpreter, as a value change dump; undefined where no names are known. */
export function traceDesign(
  subject: Subject,
  options: VerifyOptions,
  window: Window,
  version: string,
): string | undefined {
  const signals = subject.signals?.();
  return signals && vcd(signals, rowsOf(subject, options), window, version);
}

/** A save file for a waveform of a subject: of Verilator's where `engine` says so, else of the interpreter's. */
export function viewOf(
  { emitted }: Subject,
  engine: 'verilator' | 'interpreter',
  dump: string,
  window: Window,
  marked: number,
  port?: string,
): string {
  return gtkw({
    dump,
    window,
    marked,
    scope: engine === 'verilator' ? 'TOP.bench.u_m0' : emitted.top,
    clock: emitted.clocked ? emitted.clockPort : undefined,
    ports: [...(emitted.reset ? [{ verilog: emitted.resetPort, width: 1 }] : []), ...emitted.ports],
    doubtful: emitted.ports.find(({ name }) => name === port)?.verilog,
  });
}
