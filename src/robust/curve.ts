import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { badCurve, outsideCurve } from './problems.js';

/** Bit errors and energy of a memory against its voltage. */
export interface VoltageCurve {
  readonly name: string;
  readonly source: { readonly title: string; readonly url: string };
  /** by rising voltage; rates fall, and only the last may be 0 */
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
  /** relative to the least voltage without errors */
  readonly voltage: number;
  /** bit error rate, 0 to 1 */
  readonly rate: number;
  /** of an access, relative to that at the voltage 1 */
  readonly energy: number;
}

/** The curve in a JSON value (see tech/sram/); all that is wrong with it. */
export function parseCurve(file: string, value: unknown): Result<VoltageCurve> {
  const given = value as Partial<VoltageCurve> | null;
  const found: Diagnostic[] = [];
  const say = (why: string): void => void found.push(badCurve(file, why));
  if (typeof given?.name !== 'string') say('it has no `name`');
  if (typeof given?.source?.title !== 'string') say('it has no `source` with a `title`');
  const points = Array.isArray(given?.points) ? (given.points as readonly Partial<CurvePoint>[]) : [];
  if (points.length < 2) say('it has fewer than two `points`');
  points.forEach((point, i) => {
    const why = wrongPoint(point, points[i - 1], i === points.length - 1);
    if (why !== undefined) say(`points[${i}] ${why}`);
  });
  return found.length > 0 ? failure(...found) : success(given as VoltageCurve);
}

function wrongPoint(point: Partial<CurvePoint>, before: Partial<CurvePoint> | undefined, last: boolean) {
  const { voltage = NaN, rate = NaN, energy = NaN } = point ?? {};
  if (![voltage, rate, energy].every((x) => Number.isFinite(x)))
    return 'needs `voltage`, `rate` and `energy`';
  if (voltage <= 0 || energy <= 0) return 'needs a positive voltage and energy';
  if (rate < 0 || rate > 1 || (rate === 0 && !last))
    return 'needs a rate up to 1, above 0 but at the last point';
  if (!before) return undefined;
  if (!(voltage > before.voltage!)) return 'has no higher voltage than the one before';
  return rate < before.rate! ? undefined : 'has no lower rate than the one before';
}

/**
 * The bit error rate at a voltage: log10 p is linear between points, and goes on as before the point of rate 0 towards
 * it; 0 from there on. A fault below the least voltage.
 */
export function rateAt({ name, points }: VoltageCurve, voltage: number): Result<number> {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (!(voltage >= first.voltage)) return failure(outsideCurve(name, voltage, first.voltage));
  if (voltage >= last.voltage) return success(last.rate);
  const [a, b] = segment(points, (_, next) => voltage <= next.voltage);
  const share = (voltage - a.voltage) / (b.voltage - a.voltage);
  return success(a.rate * (b.rate / a.rate) ** share);
}

/** The least voltage with at most this bit error rate; undefined above the highest rate of the curve. */
export function voltageAt({ points }: VoltageCurve, rate: number): number | undefined {
  const last = points.at(-1)!;
  if (rate > points[0]!.rate) return undefined;
  if (rate <= last.rate) return last.voltage;
  const [a, b] = segment(points, (_, next) => rate >= next.rate);
  const share = Math.log10(rate / a.rate) / Math.log10(b.rate / a.rate);
  return Math.min(last.voltage, a.voltage + share * (b.voltage - a.voltage));
}

/** The energy of an access at a voltage, linear between points; undefined outside them. */
export function energyAt({ points }: VoltageCurve, voltage: number): number | undefined {
  const i = points.findIndex((point, at) => at > 0 && voltage <= point.voltage);
  if (i < 0 || voltage < points[0]!.voltage) return undefined;
  const [a, b] = [points[i - 1]!, points[i]!];
  return a.energy + ((voltage - a.voltage) / (b.voltage - a.voltage)) * (b.energy - a.energy);
}

/** The first two neighbours with a rate for which it holds, else the last such two. */
function segment(
  points: readonly CurvePoint[],
  holds: (a: CurvePoint, b: CurvePoint) => boolean,
): readonly [CurvePoint, CurvePoint] {
  const real = points.filter(({ rate }) => rate > 0);
  const i = real.findIndex((point, at) => at > 0 && holds(real[at - 1]!, point));
  const end = i < 0 ? real.length - 1 : i;
  return [real[end - 1]!, real[end]!];
}
