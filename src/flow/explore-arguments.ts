import { fault, suggest, type Diagnostic } from '../base/index.js';
import { networkDefaults, type MeasureCall, type Scalar } from '../explore/index.js';
import { dataSetNames } from '../nn/index.js';
import { checkOptions, independentFlips, type AskedOptions } from '../robust/index.js';

/** What an inference depends on, besides the datapath. */
export interface InferenceCall {
  readonly model: string;
  readonly data: string;
  readonly images: number;
}

/** What bit errors are injected, and into what; names and defaults are those of the options of `bitloom robust`. */
export interface InjectionCall extends InferenceCall {
  readonly rate: number;
  readonly chips: number;
  readonly where: AskedOptions['where'];
  readonly faults: 'flip' | 'stuck' | 'transient';
  readonly ones: number;
  readonly reading: number;
  readonly rowShare: number;
  readonly columnShare: number;
  readonly protect: AskedOptions['protection']['kind'];
  readonly protectBits?: number;
  readonly protectWhat: 'all' | 'elements' | 'scales';
  readonly protectWord: number;
  readonly sumBits: number;
  readonly sumTerms?: number;
  /** How weights are stored of a network that runs in float; without it the network runs on the datapath. */
  readonly scheme?: string;
  readonly bits?: number;
  readonly seed?: number;
}

const injectionDefaults = {
  ...networkDefaults,
  chips: 10,
  where: 'weights',
  faults: 'flip',
  ones: 0.5,
  reading: 1,
  rowShare: 0,
  columnShare: 0,
  protect: 'none',
  protectWhat: 'all',
  protectWord: 64,
  sumBits: 24,
} as const;

/** What an argument can be, and whether a value is that. */
interface ArgumentKind {
  readonly due: string;
  readonly isRight: (value: Scalar) => boolean;
}

const text: ArgumentKind = { due: 'text', isRight: (value) => typeof value === 'string' };
const share: ArgumentKind = {
  due: 'a number from 0 to 1',
  isRight: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
const countOf = (what: string, least = 1): ArgumentKind => ({
  due: `a number of ${what}, at least ${least}`,
  isRight: (value) => Number.isSafeInteger(value) && (value as number) >= least,
});
const oneOf = (...words: readonly string[]): ArgumentKind => ({
  due: `one of ${words.join(', ')}`,
  isRight: (value) => words.includes(String(value)),
});

const ofInference: Readonly<Record<string, ArgumentKind>> = {
  model: text,
  data: oneOf(...dataSetNames),
  images: countOf('images'),
};

const ofInjection: Readonly<Record<string, ArgumentKind>> = {
  ...ofInference,
  rate: share,
  chips: countOf('chips'),
  seed: countOf('a seed', 0),
  where: oneOf('weights', 'activations', 'sums'),
  faults: oneOf('flip', 'stuck', 'transient'),
  ones: share,
  reading: countOf('images'),
  rowShare: share,
  columnShare: share,
  protect: oneOf('none', 'hardened', 'parity', 'secded'),
  protectBits: countOf('bits'),
  protectWhat: oneOf('all', 'elements', 'scales'),
  protectWord: countOf('bits'),
  sumBits: countOf('bits'),
  sumTerms: countOf('products'),
  scheme: text,
  bits: countOf('bits'),
};

/** The arguments that measures of a group take. */
export const argumentsOf: Readonly<Record<string, Readonly<Record<string, ArgumentKind>>>> = {
  inference: ofInference,
  injection: ofInjection,
};

/** The arguments of a measure of a network, with their defaults. */
export function inferenceCall({ args }: MeasureCall): InferenceCall {
  return { ...networkDefaults, ...(args as Partial<InferenceCall>) };
}

/** The arguments of a measure under bit errors, with their defaults. */
export function injectionCall({ args }: MeasureCall): InjectionCall {
  return { ...injectionDefaults, ...(args as Partial<InjectionCall> & Pick<InjectionCall, 'rate'>) };
}

/**
 * The options of `bitloom robust` for a measure.
 *
 * @param seed of the chips, where the measure has none of its own
 */
export function askedOptions(call: InjectionCall, seed: number): AskedOptions {
  const { where, rate, chips, faults, ones, reading, rowShare, columnShare } = call;
  const { protect, protectBits, protectWhat, protectWord, sumBits, sumTerms, scheme, bits = 8 } = call;
  return {
    ...{ where, bits, schemes: scheme === undefined ? [] : [scheme], rates: [rate], chips },
    seed: call.seed ?? seed,
    sums: { bits: sumBits, ...(sumTerms !== undefined && { terms: sumTerms }) },
    ...(faults === 'transient' && { transient: { images: reading } }),
    faults: {
      ...independentFlips,
      ...{ rowShare, columnShare },
      ...(faults === 'stuck' && { effect: { kind: 'stuck', ones } }),
    },
    protection: {
      ...{ kind: protect, topBits: protectBits, wordBits: protectWord },
      ...(protectWhat !== 'all' && { what: protectWhat }),
    },
  };
}

/** What is wrong with bit errors that a measure asks for, whose arguments are each right by themselves. */
export function injectionFaults(call: MeasureCall): Diagnostic[] {
  if (!Object.hasOwn(call.args, 'rate')) return [noRate(call.measure)];
  const asked = injectionCall(call);
  if (asked.bits !== undefined && asked.scheme === undefined) return [bitsOfPorts(call.measure)];
  return checkOptions(askedOptions(asked, 1)).diagnostics.map(asArguments);
}

/** A diagnostic of options, told of the arguments of the same names. */
function asArguments(diagnostic: Diagnostic): Diagnostic {
  const renamed = (words: string): string =>
    words.replace(/--([a-z]+(?:-[a-z]+)*)/g, (_, option: string) =>
      option === 'rates' ? 'rate' : option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
  const { message, hint } = diagnostic;
  return { ...diagnostic, message: renamed(message), ...(hint !== undefined && { hint: renamed(hint) }) };
}

function noRate(measure: string): Diagnostic {
  return fault('bad-point', `measure \`${measure}\` has no \`rate\``, {
    hint: `say which share of the bits is wrong, as \`${measure}(rate: 0.001)\``,
  });
}

function bitsOfPorts(measure: string): Diagnostic {
  return fault('bad-point', `measure \`${measure}\` takes \`bits\` only with a \`scheme\``, {
    hint: 'leave it out: the ports of the datapath say how wide the codes are',
  });
}

export function unknownArgument(measure: string, name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-name', `measure \`${measure}\` takes no \`${name}\``, {
    hint: known.length > 0 ? suggest(name, known) : 'it takes no arguments',
  });
}

export function badArgument(measure: string, name: string, value: Scalar, due: string): Diagnostic {
  return fault('out-of-range', `\`${name}\` of measure \`${measure}\` must be ${due}, but is ${value}`);
}
