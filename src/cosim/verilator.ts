import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpus } from 'node:os';
import { failure, success, type Result } from '../base/index.js';
import type { Emitted } from '../emit/index.js';
import { render } from '../template/index.js';
import { buildFailed, noCompiler, noVerilator } from './problems.js';
import { run } from './run.js';

/** A program that runs one or several modules under Verilator, and how their words lie in its files. */
export interface Model {
  readonly program: string;
  readonly ports: ModelPorts;
}

/** The ports of all modules in the order of the driver's files. */
export interface ModelPorts {
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
}

export interface ModelPort {
  /** Which of the modules it belongs to. */
  readonly module: number;
  readonly name: string;
  readonly width: number;
}

/** The version of the installed Verilator, as `5.006`. */
export async function verilatorVersion(): Promise<Result<string>> {
  const ran = await run('verilator', ['--version']);
  if (ran.code === undefined) return failure(noVerilator());
  return success(/Verilator (\S+)/.exec(ran.stdout)?.[1] ?? ran.stdout.trim());
}

/** What `verilator --lint-only -Wall` says of each module; empty where it has nothing to say. */
export async function lint(emitted: Emitted): Promise<Result<readonly string[]>> {
  return inTemporary(async (folder) => {
    await writeVerilog(folder, [emitted]);
    const ran = await run('verilator', ['--lint-only', '-Wall', '-y', '.', `${emitted.top}.v`], folder);
    if (ran.code === undefined) return failure(noVerilator());
    return success(ran.stderr.split('\n').filter((line) => /^%(Warning|Error)/.test(line)));
  });
}

/** Value change dumps as text, or GTKWave's compressed format. */
export type WaveFormat = 'vcd' | 'fst';

export interface BuildOptions {
  /** Where finished programs are kept by content. */
  readonly cache: string;
  /** Whether the program can write a waveform, and in which format; FST needs zlib's headers to build. */
  readonly waves?: WaveFormat;
  /** The text of a driver of one's own, instead of the one that replays rows. */
  readonly driver?: (ports: ModelPorts) => string;
  /** Whether to compile fast rather than to run fast: for wide designs that run for few cycles. */
  readonly quick?: boolean;
}

/**
 * Builds all modules into one program, or finds it in the cache. The key is everything that goes in: the Verilog,
 * the driver, the flags and Verilator's version.
 */
export async function build(modules: readonly Emitted[], options: BuildOptions): Promise<Result<Model>> {
  const version = await verilatorVersion();
  if (!version.ok) return version;
  const { waves } = options;
  const ports = portsOf(modules);
  const bench = benchVerilog(modules, ports);
  // Without a clock one evaluation a vector is all there is to do.
  const clocked = modules.some((module) => module.clocked);
  const driver = options.driver?.(ports) ?? driverText(ports, waves, clocked);
  const level = options.quick === true ? '-O1' : '-O3';
  const flags = ['--cc', '--exe', '-O3', '--x-assign', 'fast', '--x-initial', 'unique', '-CFLAGS', level];
  // A compiler takes far longer for one large function than for many small ones; and joining a thousand words as they stand takes a thousand
  // times as long as word by word, which Verilator does only up to a limit.
  if (options.quick === true)
    flags.push('--output-split', '10000', '--output-split-cfuncs', '1000', '--expand-limit', '4096');
  if (waves !== undefined) flags.push(waves === 'fst' ? '--trace-fst' : '--trace');
  const key = createHash('sha256')
    .update(JSON.stringify([version.value, flags, bench, driver, modules.map((module) => module.verilog)]))
    .digest('hex')
    .slice(0, 32);
  const program = join(options.cache, 'verilator', key);
  if (existsSync(program)) return success({ program, ports });
  return inTemporary(async (folder) => {
    await writeVerilog(folder, modules);
    await writeFile(join(folder, 'bench.v'), bench);
    await writeFile(join(folder, 'driver.cpp'), driver);
    const made = await make(folder, flags, level);
    return made.ok
      ? success({ program: await keep(join(folder, 'obj_dir', 'Vbench'), program), ports })
      : made;
  });
}

async function make(folder: string, flags: readonly string[], level: string): Promise<Result<true>> {
  // Widths and the like are linted module by module; the bench only has to build.
  const verilated = await run(
    'verilator',
    [...flags, '-Wno-lint', '-Wno-style', '--top-module', 'bench', '-y', '.', 'bench.v', 'driver.cpp'],
    folder,
  );
  if (verilated.code !== 0) return failure(buildFailed('Verilator', verilated.stderr));
  const jobs = String(Math.max(1, cpus().length));
  const built = await run(
    'make',
    ['-s', '-j', jobs, '-C', 'obj_dir', '-f', 'Vbench.mk', 'Vbench', `OPT_FAST=${level}`, 'OPT_SLOW=-O1'],
    folder,
  );
  if (built.code === undefined) return failure(noCompiler('make'));
  if (built.code !== 0)
    return failure(
      /not found/.test(built.stderr) ? noCompiler('g++') : buildFailed('the C++ compiler', built.stderr),
    );
  return success(true);
}

/** Moves a finished program into the cache in one step, so that a half-written one is never found there. */
async function keep(from: string, to: string): Promise<string> {
  await mkdir(join(to, '..'), { recursive: true });
  const beside = `${to}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(beside, await readFile(from), { mode: 0o755 });
  await rename(beside, to);
  return to;
}

async function inTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeVerilog(folder: string, modules: readonly Emitted[]): Promise<void> {
  const files = new Map(
    modules.flatMap((module) => module.verilog.map((file) => [file.name, file.text] as const)),
  );
  await Promise.all([...files].map(([name, text]) => writeFile(join(folder, name), text)));
}

function portsOf(modules: readonly Emitted[]): ModelPorts {
  const inputs: ModelPort[] = [];
  const outputs: ModelPort[] = [];
  modules.forEach((module, index) => {
    if (module.reset) inputs.push({ module: index, name: 'rst_n', width: 1 });
    for (const port of module.ports)
      (port.direction === 'input' ? inputs : outputs).push({
        module: index,
        name: port.name,
        width: port.width,
      });
  });
  return { inputs, outputs };
}

function benchVerilog(modules: readonly Emitted[], ports: ModelPorts): string {
  const declare =
    (direction: string, suffix: string) =>
    (port: ModelPort): string =>
      `${direction} wire [${port.width - 1}:0] ${wireOf(port, suffix)}`;
  return render('bench.v', {
    ports: [...ports.inputs.map(declare('input', 'i')), ...ports.outputs.map(declare('output', 'o'))],
    instances: modules.map((module, index) => ({
      module: module.top,
      prefix: `m${index}`,
      pins: [
        ...(module.clocked ? ['.clk_i(clk_i)'] : []),
        ...(module.reset ? [`.rst_ni(m${index}_rst_n_i)`] : []),
        ...module.ports.map((port) => `.${port.verilog}(m${index}_${port.verilog})`),
      ],
    })),
  });
}

function wireOf(port: ModelPort, suffix: string): string {
  return `m${port.module}_${port.name}_${suffix}`;
}

function driverText(ports: ModelPorts, waves: WaveFormat | undefined, clocked: boolean): string {
  return render('driver.cpp', {
    waves: waves !== undefined,
    waveHeader: waves === 'fst' ? 'verilated_fst_c.h' : 'verilated_vcd_c.h',
    waveClass: waves === 'fst' ? 'VerilatedFstC' : 'VerilatedVcdC',
    clocked,
    inputWords: wordsOf(ports.inputs),
    outputWords: wordsOf(ports.outputs),
    inputs: ports.inputs.map((port) => wireOf(port, 'i')),
    outputs: ports.outputs.map((port) => wireOf(port, 'o')),
  });
}

/** How many 32-bit words the ports take in a file, each from a word of its own. */
export function wordsOf(ports: readonly ModelPort[]): number {
  return ports.reduce((sum, port) => sum + wordsFor(port.width), 0);
}

/** Verilator keeps words of 33 to 64 bits whole, others in 32-bit pieces. */
export function wordsFor(width: number): number {
  return Math.ceil(width / 32);
}
