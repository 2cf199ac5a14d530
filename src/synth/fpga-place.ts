import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, success, type Result } from '../base/index.js';
import type { FpgaPlace } from './fpga.js';
import { harnessOf, type HarnessPorts } from './fpga-harness.js';
import { badNames, doesNotPlace, noPlacer } from './problems.js';
import type { Source } from './synthesize.js';
import { runYosys, type YosysOptions } from './yosys.js';

/** One placement and routing. */
export interface PlacedRun {
  readonly seed: number;
  /** The greatest clock frequency from register to register, in MHz; null where there is no such path. */
  readonly fmaxMhz: number | null;
  /** The critical path's time in cells, setup included, and in wires, in ps. */
  readonly cellsPs: number;
  readonly wiresPs: number;
}

/** How a circuit between registers was placed and routed. */
export interface Placed {
  readonly device: string;
  /** The tool and its version. */
  readonly tool: string;
  readonly note: string;
  /** In the order of the seeds that were asked for. */
  readonly runs: readonly PlacedRun[];
  /** What is taken up of the device, registers around the circuit included, by the tool's names; unused kinds are left out. */
  readonly used: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
  /** Flip-flops around the circuit, which are no part of it. */
  readonly harnessFf: number;
}

export interface PlaceOptions extends YosysOptions {
  readonly seeds: readonly number[];
  /** What the tool aims at, in MHz; 50 by default. It times the whole path either way. */
  readonly targetMhz?: number | undefined;
}

/** The version of the tool that places a family; a fault where it is not installed. */
export async function placerVersion({ tool, package: from }: FpgaPlace): Promise<Result<string>> {
  const ran = await run(tool, ['--version']);
  const version = /\(Version ([^)]+)\)/.exec(ran.log)?.[1];
  return version === undefined ? failure(noPlacer(tool, from)) : success(`${tool} ${version}`);
}

/**
 * Maps Verilog between registers, and places and routes it once for each seed. Faults: a missing tool, all that Yosys rejects, a
 * circuit that does not fit the device.
 */
export async function placeOnFpga(
  source: Source,
  ports: HarnessPorts,
  place: FpgaPlace,
  options: PlaceOptions,
): Promise<Result<Placed>> {
  const version = await placerVersion(place);
  if (!version.ok) return version;
  const mapped = await mapHarness(source, ports, place, options);
  if (!mapped.ok) return mapped;
  const folder = await mkdtemp(join(tmpdir(), 'bitloom-place-'));
  try {
    await writeFile(join(folder, 'design.json'), mapped.value.netlist);
    const reports: Report[] = [];
    for (const seed of options.seeds) {
      const report = await placeOnce(folder, place, seed, options.targetMhz ?? 50);
      if (!report.ok) return report;
      reports.push(report.value);
    }
    return success({
      device: place.device,
      tool: version.value,
      note: place.note,
      runs: reports.map((report, k) => runOf(report, options.seeds[k]!)),
      used: usedOf(reports[0]!),
      harnessFf: mapped.value.flipFlops,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mapHarness(source: Source, ports: HarnessPorts, place: FpgaPlace, options: YosysOptions) {
  const names = Object.keys(source.files);
  const bad = badNames(names, source.top);
  if (bad.length > 0) return failure<{ netlist: string; flipFlops: number }>(...bad);
  const harness = harnessOf(source.top, ports);
  const [command, ...flags] = place.command.split(' ');
  const script = [
    ...[...names, harness.file].map((name) => `read_verilog ${name}`),
    [command, '-top', harness.top, ...flags].join(' '),
    'delete t:$scopeinfo',
    'write_json design.json',
  ].join('\n');
  const files = { ...source.files, [harness.file]: harness.text };
  const ran = await runYosys({ script, files, wanted: ['design.json'] }, options);
  if (!ran.ok) return ran;
  return success({ netlist: ran.value.files['design.json'] ?? '', flipFlops: harness.flipFlops });
}

/** What of the tool's report is read. */
interface Report {
  readonly fmax: Readonly<Record<string, { readonly achieved: number }>>;
  readonly critical_paths: readonly {
    readonly from: string;
    readonly to: string;
    readonly path: readonly { readonly delay: number; readonly type: string }[];
  }[];
  readonly utilization: Readonly<Record<string, { readonly used: number; readonly available: number }>>;
}

async function placeOnce(
  folder: string,
  { tool, flags, device }: FpgaPlace,
  seed: number,
  targetMhz: number,
): Promise<Result<Report>> {
  const files = ['--json', 'design.json', '--report', 'report.json'];
  const wish = ['--seed', String(seed), '--freq', String(targetMhz), '--timing-allow-fail'];
  const ran = await run(tool, ['-q', ...flags, ...files, ...wish], folder);
  if (ran.code !== 0) return failure(doesNotPlace(tool, device, ran.log));
  return success(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report);
}

function runOf(report: Report, seed: number): PlacedRun {
  const found = Object.values(report.fmax).map(({ achieved }) => achieved);
  const inner = report.critical_paths.find(({ from, to }) => from !== '<async>' && to !== '<async>');
  const total = (isWire: boolean): number =>
    Math.round(
      1000 *
        (inner?.path ?? [])
          .filter(({ type }) => (type === 'routing') === isWire)
          .reduce((sum, { delay }) => sum + delay, 0),
    );
  const fmaxMhz = found.length === 0 ? null : Math.round(100 * Math.min(...found)) / 100;
  return { seed, fmaxMhz, cellsPs: total(false), wiresPs: total(true) };
}

function usedOf({ utilization }: Report): Placed['used'] {
  return Object.fromEntries(
    Object.entries(utilization)
      .filter(([, { used }]) => used > 0)
      .map(([kind, { used, available }]) => [kind, { used, available }]),
  );
}

/** Runs a program; what it printed, and its exit code: undefined where it is not there. */
function run(
  program: string,
  args: readonly string[],
  cwd?: string,
): Promise<{ readonly code: number | undefined; readonly log: string }> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 1 << 28, ...(cwd !== undefined && { cwd }) };
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'string' ? undefined : error ? (error.code ?? 1) : 0;
      resolve({ code, log: `${stdout}\n${stderr}` });
    });
  });
}
