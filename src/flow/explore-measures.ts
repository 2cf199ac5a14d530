import { failure, success, suggest, fault, type Diagnostic, type Result } from '../base/index.js';
import type { MeasureCall, Scalar } from '../explore/index.js';

/** What a measure is taken from: the design as it is made, its cost in a technology, or a network that runs on it. */
export type MeasureGroup = 'design' | 'cost' | 'inference';

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
};

/** What an inference depends on, besides the datapath. */
export interface InferenceCall {
  readonly model: string;
  readonly data: string;
  readonly images: number;
}

const inferenceDefaults: InferenceCall = { model: 'mlp', data: 'mnist', images: 1000 };

/** The arguments of a measure of a network: `model`, `data` and `images`, with their defaults. */
export function inferenceCall({ args }: MeasureCall): InferenceCall {
  return { ...inferenceDefaults, ...(args as Partial<InferenceCall>) };
}

/** What is wrong with the measures of a point: unknown names, arguments that a measure does not take, names given twice. */
export function checkMeasures(calls: readonly MeasureCall[]): Result<readonly MeasureCall[]> {
  const names = calls.map(({ as }) => as);
  const twice = new Set(names.filter((name, i) => names.indexOf(name) < i));
  const wrong = [...calls.flatMap(faultsOf), ...[...twice].map((name) => measuredTwice(name))];
  return wrong.length > 0 ? failure(...wrong) : success(calls);
}

function faultsOf({ measure, args }: MeasureCall): Diagnostic[] {
  const kind = Object.hasOwn(measureKinds, measure) ? measureKinds[measure] : undefined;
  if (!kind) return [unknownMeasure(measure)];
  return Object.entries(args).flatMap(([name, value]) => {
    if (kind.group !== 'inference' || !Object.hasOwn(inferenceDefaults, name))
      return [
        unknownArgument(measure, name, kind.group === 'inference' ? Object.keys(inferenceDefaults) : []),
      ];
    return isRight(name, value) ? [] : [badArgument(measure, name, value)];
  });
}

function isRight(name: string, value: Scalar): boolean {
  return name === 'images' ? Number.isSafeInteger(value) && (value as number) > 0 : typeof value === 'string';
}

function unknownMeasure(name: string): Diagnostic {
  return fault('unknown-name', `there is no measure \`${name}\``, {
    hint: suggest(name, Object.keys(measureKinds)),
  });
}

function unknownArgument(measure: string, name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `measure \`${measure}\` takes no \`${name}\``, {
    hint: known.length > 0 ? suggest(name, known) : 'it takes no arguments',
  });
}

function badArgument(measure: string, name: string, value: Scalar): Diagnostic {
  const due = name === 'images' ? 'a number of images' : 'text';
  return fault('out-of-range', `\`${name}\` of measure \`${measure}\` must be ${due}, but is ${value}`);
}

function measuredTwice(name: string): Diagnostic {
  return fault('defined-twice', `\`${name}\` is measured twice`, { hint: 'give one another name with "as"' });
}
