import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { success, type Result } from '../base/index.js';
import {
  traceDesign,
  traceVerilog,
  viewOf,
  type Mismatch,
  type Subject,
  type VerifyOptions,
  type WaveFormat,
  type Window,
} from '../cosim/index.js';
import { roundOptions } from './verify.js';
import { version } from './version.js';

/** A waveform or a view of one, to be written into a folder. */
export interface WaveFile {
  readonly name: string;
  readonly text: string | Uint8Array;
}

export interface Waves {
  /** Verilator's waveform first, that of the interpreter on the same inputs, and a view of each for GTKWave. */
  readonly files: readonly WaveFile[];
  /** The cycle of the waveform in which the mismatch shows; 10 ns each. */
  readonly cycle?: number;
}

/** More words than this, all cycles together, the interpreter is not asked to show. */
const mostWords = 1e8;

/**
 * The waveforms of a subject's run: of the cycles around its first mismatch, or of its first 256 where there is none.
 *
 * @param options as they were given to `verifyAll`
 */
export async function wavesOf(
  subjects: readonly Subject[],
  first: Mismatch | undefined,
  options: VerifyOptions,
  format: WaveFormat,
): Promise<Result<Waves>> {
  const subject = subjects.find(({ name }) => name === first?.subject) ?? subjects[0]!;
  const round = roundOptions(options, first ? first.seed - options.seed : 0);
  const marked = first ? first.cycle + subject.emitted.latency : 0;
  const window: Window = first
    ? { first: Math.max(0, first.cycle - 64), last: marked + 16 }
    : { first: 0, last: 255 };
  const base = `${subject.name}-seed${round.seed}`;
  const files: WaveFile[] = [];
  const add = (engine: 'verilator' | 'interpreter', name: string, text: string | Uint8Array): void => {
    files.push({ name, text });
    const view = viewOf(subject, engine, name, window, marked, first?.port);
    files.push({ name: name.replace(/\.\w+$/, '.gtkw'), text: view });
  };
  if (options.verilator) {
    const traced = await verilatorWaves(subject, round, window, format);
    if (!traced.ok) return traced;
    add('verilator', `${base}.rtl.${format}`, traced.value);
  }
  const { modules } = subject.simplified;
  const words = modules.reduce((sum, { nodes }) => sum + nodes.length, 0) * window.last;
  const shown = words > mostWords ? undefined : traceDesign(subject, round, window, version);
  if (shown !== undefined) add('interpreter', `${base}.sim.vcd`, shown);
  return success({ files, ...(first && { cycle: marked }) });
}

async function verilatorWaves(
  subject: Subject,
  options: VerifyOptions,
  window: Window,
  format: WaveFormat,
): Promise<Result<Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-'));
  try {
    const file = join(folder, `waves.${format}`);
    const traced = await traceVerilog(subject, options, window, file, format);
    return traced.ok ? success(await readFile(file)) : traced;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
