import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { bits, bool, formatName, numberFormatOf, type Format } from '../format/index.js';
import { mismatch, notAnInteger, outOfRange, unknownName } from './problems.js';

interface Described {
  readonly name: string;
  readonly about?: string;
}

/** A parameter of a datapath or an operator, with its range and default. */
export type Parameter =
  | (Described & {
      readonly kind: 'integer';
      readonly least: number;
      readonly most: number;
      readonly default: number;
    })
  | (Described & { readonly kind: 'choice'; readonly options: readonly string[]; readonly default: string })
  | (Described & { readonly kind: 'flag'; readonly default: boolean })
  | (Described & {
      readonly kind: 'format';
      /** What kind of format it can be: fixed point, floating point or either; without it, any. */
      readonly of?: 'fixed' | 'float' | 'number';
      readonly default: Format;
    })
  | (Described & {
      /** Integers from `least` to `most`, `shortest` to `longest` of them. */
      readonly kind: 'list';
      readonly least: number;
      readonly most: number;
      readonly shortest: number;
      readonly longest: number;
      readonly default: readonly number[];
    });

export type Argument = number | string | boolean | Format | readonly number[];

/** Values by parameter name. */
export type Arguments = Readonly<Record<string, Argument>>;

/** All parameters with their values: the given ones, checked, and the defaults of the rest. */
export function resolve(parameters: readonly Parameter[], given: Arguments): Result<Arguments> {
  const names = parameters.map((parameter) => parameter.name);
  const diagnostics: Diagnostic[] = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => unknownName('parameter', name, names));
  const values: Record<string, Argument> = {};
  for (const parameter of parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name]! : parameter.default;
    const meant =
      parameter.kind === 'format' && typeof value === 'string' ? formatNamed(value) : success(value);
    const wrong = meant.ok ? check(parameter, meant.value) : meant.diagnostics[0];
    if (wrong) diagnostics.push(wrong);
    if (meant.ok) values[parameter.name] = meant.value;
  }
  return diagnostics.length > 0 ? failure(...diagnostics) : success(values);
}

/** A format given by its name, as on the command line. */
function formatNamed(text: string): Result<Format> {
  if (text === 'bool') return success(bool);
  const found = /^bits\((\d{1,5})\)$/.exec(text);
  return found ? success(bits(Number(found[1]))) : numberFormatOf(text);
}

function check(parameter: Parameter, value: Argument): Diagnostic | undefined {
  const what = `parameter \`${parameter.name}\``;
  switch (parameter.kind) {
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value))
        return notAnInteger(what, printArgument(value));
      if (value < parameter.least || value > parameter.most)
        return outOfRange(what, value, parameter.least, parameter.most);
      return undefined;
    case 'choice':
      if (typeof value === 'string' && parameter.options.includes(value)) return undefined;
      return unknownName(`choice for ${what}:`, printArgument(value), parameter.options);
    case 'flag':
      return typeof value === 'boolean' ? undefined : mismatch(what, 'true or false', printArgument(value));
    case 'format':
      return isFormat(value) && isOf(value, parameter.of)
        ? undefined
        : mismatch(what, formatKinds[parameter.of ?? 'any'], printArgument(value));
    case 'list':
      return isList(value)
        ? checkList(parameter, value, what)
        : mismatch(what, 'a list', printArgument(value));
  }
}

const formatKinds = {
  any: 'a format',
  fixed: 'a fixed-point format, as `int(8)`',
  float: 'a floating-point format, as `fp16`',
  number: 'a number format, as `int(8)` or `fp16`',
} as const;

function isOf({ kind }: Format, of: keyof typeof formatKinds = 'any'): boolean {
  if (of === 'any') return true;
  return of === 'number' ? kind === 'fixed' || kind === 'float' : kind === of;
}

function isList(value: Argument): value is readonly number[] {
  return Array.isArray(value);
}

function isFormat(value: Argument): value is Format {
  return typeof value === 'object' && !isList(value);
}

function checkList(
  { shortest, longest, least, most }: Extract<Parameter, { kind: 'list' }>,
  value: readonly number[],
  what: string,
): Diagnostic | undefined {
  if (value.length < shortest || value.length > longest)
    return outOfRange(`the length of ${what}`, value.length, shortest, longest);
  const wrong = value.findIndex((one) => !Number.isInteger(one) || one < least || one > most);
  if (wrong < 0) return undefined;
  const element = `element ${wrong} of ${what}`;
  return Number.isInteger(value[wrong])
    ? outOfRange(element, value[wrong]!, least, most)
    : notAnInteger(element, value[wrong]);
}

/** An argument as it is written in a design. */
export function printArgument(value: Argument): string {
  if (isList(value)) return `[${value.join(', ')}]`;
  return isFormat(value) ? formatName(value) : String(value);
}
