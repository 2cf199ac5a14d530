import { failure, fault, success, type Result } from '../base/index.js';
import {
  mapToFpga,
  placeOnFpga,
  type FpgaFamily,
  type FpgaPlace,
  type FpgaUse,
  type HarnessPorts,
  type Placed,
  type Source,
  type YosysOptions,
} from '../synth/index.js';
import type { ClockTarget, FigureSource } from './cost.js';
import { fpgaPowerOf, type FpgaPower } from './fpga-power.js';

/** What a circuit takes up of an FPGA: plain JSON. Delay is known only where it was placed and routed, and power only where it was measured of the device. */
export type FpgaCost = FpgaUse['resources'] & {
  readonly technology: string;
  readonly cellTypes: FpgaUse['cells'];
  /** The longest path from register to register, in the run of the middle frequency; null for a circuit without any. */
  readonly delayPs?: number | null;
  /** The middle one of all seeds, the lower of two. */
  readonly fmaxMhz?: number | null;
  /** The clock that was asked for, and whether that run meets it. */
  readonly clock?: ClockTarget;
  readonly placed?: Placed;
  /** At the clock that was asked for where that is met, or else at `fmaxMhz`. */
  readonly power?: FpgaPower;
  readonly sources: readonly FigureSource[];
};

export interface FpgaOptions extends YosysOptions {
  /**
   * Place and route too, once for each seed, between registers at these ports. `changes` of elements in a mean cycle, as of
   * `changesOf`, tell where between quiet and busy the power lies.
   */
  readonly place?:
    | { readonly ports: HarnessPorts; readonly seeds: readonly number[]; readonly changes?: number }
    | undefined;
  /** The period that is aimed at; only with `place`. */
  readonly clockPs?: number | undefined;
}

/**
 * Resources of Verilog in a family of FPGAs, by synthesis; and its clock frequency, by placing and routing. Faults are those of
 * synthesis and of placing.
 */
export async function fpgaCostOf(
  source: Source,
  family: FpgaFamily,
  { place, clockPs, ...options }: FpgaOptions = {},
): Promise<Result<FpgaCost>> {
  if (place && !family.place) return failure(notPlaced(family));
  const placed =
    place && family.place ? await placedOf(source, family.place, place, { ...options, clockPs }) : undefined;
  if (placed && !placed.ok) return placed;
  const use = await mapToFpga(source, family, options);
  if (!use.ok) return use;
  const { resources, cells, yosys } = use.value;
  const sums = family.chains === undefined ? '' : ' with a carry chain for each sum of two';
  const from = `cells mapped by Yosys ${yosys}, \`${family.command}\`${sums}, without pads and clock buffers; ${family.source}`;
  const cost: FpgaCost = {
    technology: family.name,
    ...resources,
    cellTypes: cells,
    sources: Object.keys(resources).map((figure) => ({ figure, origin: 'synthesised', from })),
  };
  return success(
    placed ? withPlaced(cost, placed.value, family, { clockPs, changes: place?.changes }) : cost,
  );
}

function placedOf(
  source: Source,
  how: FpgaPlace,
  { ports, seeds }: NonNullable<FpgaOptions['place']>,
  { clockPs, ...options }: Omit<FpgaOptions, 'place'>,
): Promise<Result<Placed>> {
  const targetMhz = clockPs === undefined ? undefined : 1e6 / clockPs;
  return placeOnFpga(source, ports, how, { ...options, seeds, targetMhz });
}

function withPlaced(
  cost: FpgaCost,
  placed: Placed,
  family: FpgaFamily,
  { clockPs, changes }: { clockPs: number | undefined; changes: number | undefined },
): FpgaCost {
  const found = placed.runs.flatMap(({ fmaxMhz }) => (fmaxMhz === null ? [] : [fmaxMhz]));
  const fmaxMhz = found.sort((x, y) => x - y)[Math.floor((found.length - 1) / 2)] ?? null;
  const delayPs = fmaxMhz === null ? null : Math.round(1e6 / fmaxMhz);
  const slackPs = (clockPs ?? 0) - (delayPs ?? 0);
  const clockMhz = clockPs === undefined || slackPs < 0 ? fmaxMhz : 1e6 / clockPs;
  const measured = clockMhz === null ? undefined : family.power;
  return {
    ...cost,
    delayPs,
    fmaxMhz,
    ...(clockPs !== undefined && { clock: { targetPs: clockPs, slackPs, met: slackPs >= 0 } }),
    placed,
    ...(measured && { power: fpgaPowerOf(placed, measured, clockMhz!, changes) }),
    sources: [...cost.sources, ...placedSources(placed, family.place!.command, measured?.source)],
  };
}

function placedSources(placed: Placed, command: string, measured: string | undefined): FigureSource[] {
  const seeds = placed.runs.map(({ seed }) => seed).join(', ');
  const from = `placed and routed by ${placed.tool} on ${placed.device}, seeds ${seeds}, between registers; mapped by \`${command}\`: ${placed.note}`;
  const times = ['delayPs', 'fmaxMhz'].map((figure): FigureSource => ({ figure, origin: 'placed', from }));
  if (measured === undefined) return times;
  const model = `static current, and current for the clock and for each logic cell in proportion to the clock; of random words by changes of one-bit elements, between two designs that were measured; ${measured}`;
  return [...times, { figure: 'power', origin: 'modelled', from: model }];
}

function notPlaced({ name }: FpgaFamily) {
  return fault('not-placed', `nothing here places and routes \`${name}\``, {
    hint: '`--place` goes with `--tech ice40`',
  });
}
