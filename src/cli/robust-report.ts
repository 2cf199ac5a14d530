import type { CoderCost, RobustPlan, RobustRun, SchemeScores } from '../flow/index.js';
import type { VoltageCurve } from '../robust/index.js';

/** What of the command's options its report needs. */
export interface Asked {
  readonly model: string;
  readonly data: string;
  readonly datapath?: string;
  readonly map?: string;
  readonly voltages?: readonly number[];
  readonly within?: number;
}

/** What the command tells of a run; the names are those of its JSON document. */
export async function reported(
  plan: RobustPlan,
  { schemes }: RobustRun,
  curve: VoltageCurve,
  options: Asked,
  coder: CoderCost | undefined,
) {
  const { codingGates, comparePaired } = await import('../robust/index.js');
  const { where, rates, chips, seed, faults, transient, sums, protection, bits } = plan.options;
  const samples = plan.workload.images.count;
  const own = await Promise.all(schemes.map((one, i) => ratesReport(one, plan, i, curve, options, coder)));
  const named = own.map((list, i) => ({
    scheme: plan.schemes[i]!,
    memory: memoryReport(plan, i),
    cleanError: schemes[i]!.clean.wrong / samples,
    rates: list,
  }));
  const pairs = named.flatMap((a, i) => named.slice(i + 1).map((b) => [a, b] as const));
  const comparisons = pairs.flatMap(([a, b]) =>
    rates.map((p, i) => {
      const { difference, probabilityGreater } = comparePaired(a.rates[i]!.errors, b.rates[i]!.errors, seed);
      const ci95 = difference.ci95.map(finite);
      return {
        p,
        a: a.scheme,
        b: b.scheme,
        difference: difference.mean,
        ci95,
        probabilityAWorse: probabilityGreater,
      };
    }),
  );
  return {
    ...{
      schema: 1,
      model: options.model,
      data: options.data,
      datapath: options.datapath ?? null,
      bits,
      chips,
      samples,
      seed,
      where,
      sums: where === 'sums' ? sums : null,
      faults,
      transient: transient ?? null,
      map: options.map ?? null,
      protection,
      codingGates: codingGates(protection),
      coder: coder ?? null,
    },
    memory: memoryReport(plan, 0),
    curve: { name: curve.name, source: curve.source },
    cleanError: named[0]!.cleanError,
    rates: named[0]!.rates,
    schemes: named,
    comparisons,
  };
}

/** The report as JSON. */
export type Report = Awaited<ReturnType<typeof reported>>;

/** How large the memory of a scheme is. */
export function memoryReport({ faulty, options }: RobustPlan, scheme: number) {
  if (faulty.kind !== 'buffers') {
    const memory = faulty.kind === 'weights' ? faulty.memories[scheme]! : faulty.memory;
    const { weights, dataBits, guardedBits, checkBits } = memory;
    return { weights, dataBits, guardedBits, checkBits, bitsPerWeight: (dataBits + checkBits) / weights };
  }
  const { list, dataBits } = faulty.buffers;
  const buffers = list.map(({ layer, operand, elements, bits }) => ({ layer, operand, elements, bits }));
  const words = list.reduce((sum, { elements }) => sum + elements, 0);
  return { buffers, words, dataBits, guardedBits: words * options.protection.topBits, checkBits: 0 };
}

async function ratesReport(
  { chips }: SchemeScores,
  plan: RobustPlan,
  scheme: number,
  curve: VoltageCurve,
  options: Asked,
  coder: CoderCost | undefined,
) {
  const robust = await import('../robust/index.js');
  const memory = { ...memoryReport(plan, scheme), protection: plan.options.protection };
  const samples = plan.workload.images.count;
  return plan.options.rates.map((p, i) => {
    const errors = chips.map((scores) => scores[i]!.wrong / samples);
    const { mean, ci95, deviation } = robust.estimateMean(errors);
    const voltage = options.voltages?.[i] ?? robust.voltageAt(curve, p) ?? null;
    const access = voltage === null ? undefined : robust.energyAt(curve, voltage);
    const energy = access === undefined ? null : robust.memoryEnergy(memory, access);
    // The circuit stays at its own voltage, and works once for each word that is guarded.
    const circuit =
      coder && (coder.readShare === null ? null : (coder.readShare * memory.guardedBits) / memory.dataBits);
    const total = (of: 'wrongBits' | 'correctedWords' | 'detectedWords'): number =>
      chips.reduce((sum, scores) => sum + scores[i]![of], 0);
    return {
      ...{ p, voltage, energy },
      ...(circuit !== undefined && {
        energyWithCoder: energy === null || circuit === null ? null : energy + circuit,
      }),
      ...{ rerr: mean, ci95: ci95.map(asShare), worst: Math.max(...errors), deviation: finite(deviation) },
      chips: chips.length,
      wrongBits: total('wrongBits'),
      correctedWords: total('correctedWords'),
      detectedWords: total('detectedWords'),
      ...(options.within !== undefined &&
        chips.length > 1 && { chipsNeeded: robust.samplesFor(deviation, options.within) ?? null }),
      errors,
    };
  });
}

/** The end of an interval for an error, which lies within 0 and 1; null where nothing is known. */
function asShare(x: number): number | null {
  return Number.isFinite(x) ? Math.min(1, Math.max(0, x)) : null;
}

/** JSON has no infinities: null where nothing is known. */
function finite(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}
