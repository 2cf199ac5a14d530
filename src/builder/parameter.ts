import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import { formatName, type Format } from '../format/index.js';
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
  | (Described & { readonly kind: 'format'; readonly default: Format });

export type Argument = number | string | boolean | Format;

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
    const wrong = check(parameter, value);
    if (wrong) diagnostics.push(wrong);
    values[parameter.name] = value;
  }
  return diagnostics.length > 0 ? failure(...diagnostics) : success(values);
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
      return typeof value === 'object' ? undefined : mismatch(what, 'a format', printArgument(value));
  }
}

/** An argument as it is written in a design. */
export function printArgument(value: Argument): string {
  return typeof value === 'object' ? formatName(value) : String(value);
}

/** An argument given as text, as on the command line: a number, true or false, or a name. */
export function parseArgument(text: string): Argument {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text;
}
