import { failure, success, suggest, fault, type Diagnostic, type Place, type Result } from '../base/index.js';
import type { MeasureCall } from '../explore/index.js';
import { argumentsOf, badArgument, injectionFaults, unknownArgument } from './explore-arguments.js';

/**
 * What a measure is taken from: the design as it is made, its cost in a technology, a network that runs on it, or such a network in memories
 * with bit errors.
 */
export type MeasureGroup = 'design' | 'cost' | 'inference' | 'injection';

export interface MeasureKind {
  readonly group: MeasureGroup;
  readonly unit: string;
  readonly about: string;
}

/** All measures that a point can ask for. */
export const measureKinds: Readonly<Record<string, MeasureKind>> = {
  latency: { group: 'design', unit: 'cycles', about: 'from an input to its output' },
  registerBits: { group: 'design', unit: 'bits', about: 'in registers, those of the pipeline among them' },
  nodes: { group: 'design', unit: '', about: 'of the optimised design' },
  areaUm2: { group: 'cost', unit: 'µm²', about: 'of the cells' },
  delayPs: { group: 'cost', unit: 'ps', about: 'of the longest path' },
  fmaxMhz: { group: 'cost', unit: 'MHz', about: '10⁶ / delayPs' },
  energyFjPerCycle: { group: 'cost', unit: 'fJ', about: 'of a cycle on random inputs, leakage not in it' },
  leakageNw: { group: 'cost', unit: 'nW', about: 'of all cells' },
  cells: { group: 'cost', unit: '', about: 'after mapping' },
  accuracy: {
    group: 'inference',
    unit: '',
    about: 'share of the images that the network on the datapath gets right',
  },
  accuracyFloat: { group: 'inference', unit: '', about: 'the same of the network in float' },
  agreement: { group: 'inference', unit: '', about: 'share of the images where both give the same class' },
  overflows: { group: 'inference', unit: '', about: 'sums that the accumulator could not hold' },
  robustAccuracy: {
    group: 'injection',
    unit: '',
    about: 'share of the images that the network gets right with bit errors, the mean over chips',
  },
  worstAccuracy: { group: 'injection', unit: '', about: 'the same on the worst of the chips' },
};

/** The place of a measure, or of an argument of it, where it stands in a file. */
export type MeasurePlace = (call: MeasureCall, argument?: string) => Place | undefined;

/** What is wrong with the measures of a point: unknown names, arguments that a measure does not take, names given twice. */
export function checkMeasures(
  calls: readonly MeasureCall[],
  placeOf: MeasurePlace = () => undefined,
): Result<readonly MeasureCall[]> {
  const names = calls.map(({ as }) => as);
  const again = calls.filter(({ as }, i) => names.indexOf(as) < i);
  const twice = [...new Map(again.map((call) => [call.as, call])).values()];
  const wrong = [
    ...calls.flatMap((call) => faultsOf(call, placeOf)),
    ...twice.map((call) => placed(measuredTwice(call.as), placeOf(call))),
  ];
  return wrong.length > 0 ? failure(...wrong) : success(calls);
}

/** What is wrong with a measure by itself. */
export function faultsOf(call: MeasureCall, placeOf: MeasurePlace): Diagnostic[] {
  const { measure, args } = call;
  const kind = Object.hasOwn(measureKinds, measure) ? measureKinds[measure] : undefined;
  if (!kind) return [placed(unknownMeasure(measure), placeOf(call))];
  const known = argumentsOf[kind.group] ?? {};
  const wrong = Object.entries(args).flatMap(([name, value]): Diagnostic[] => {
    const place = placeOf(call, name);
    if (!Object.hasOwn(known, name))
      return [placed(unknownArgument(measure, name, Object.keys(known)), place)];
    const { due, isRight } = known[name]!;
    return isRight(value) ? [] : [placed(badArgument(measure, name, value, due), place)];
  });
  if (wrong.length > 0 || kind.group !== 'injection') return wrong;
  return injectionFaults(call).map((one) => placed(one, placeOf(call)));
}

function placed(diagnostic: Diagnostic, place: Place | undefined): Diagnostic {
  return place ? { ...diagnostic, place } : diagnostic;
}

function unknownMeasure(name: string): Diagnostic {
  return fault('unknown-name', `there is no measure \`${name}\``, {
    hint: suggest(name, Object.keys(measureKinds)),
  });
}

function measuredTwice(name: string): Diagnostic {
  return fault('defined-twice', `\`${name}\` is measured twice`, {
    hint: 'give one another name: `accuracy(…) as NAME`, in JSON "as"',
  });
}
