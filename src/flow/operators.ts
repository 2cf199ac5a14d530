import { printArgument, typeName, type Parameter } from '../builder/index.js';
import type { Design } from '../ir/index.js';
import type { Operator } from '../ops/index.js';
import { render } from '../template/index.js';
import { defaultsOf } from './verify.js';

/** An operator's definition as plain data. */
export interface OperatorEntry {
  readonly name: string;
  readonly about: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly kind: string;
    readonly about: string;
    readonly range: string;
    readonly default: string;
  }[];
  /** At the default parameters. */
  readonly ports: readonly { readonly direction: string; readonly name: string; readonly type: string }[];
  readonly latency: number;
  /** For an operator that works at its own pace: its streams, as `job in`. */
  readonly streams: readonly string[];
  readonly samples: number;
}

/** What the definition of an operator says of it. */
export function describeOperator(operator: Operator): OperatorEntry {
  const defaults = defaultsOf(operator);
  const { inputs, outputs, streams = [] } = operator.ports(defaults);
  const entry = (direction: string) => (port: (typeof inputs)[number]) => ({
    direction,
    name: port.name,
    type: typeName(port.type),
  });
  return {
    name: operator.name,
    about: operator.about,
    parameters: operator.parameters.map((parameter) => ({
      name: parameter.name,
      kind: parameter.kind,
      about: parameter.about ?? '',
      range: rangeText(parameter),
      default: printArgument(parameter.default),
    })),
    ports: [...inputs.map(entry('in')), ...outputs.map(entry('out'))],
    latency: operator.latency(defaults),
    streams: streams.map(({ name, direction }) => `${name} ${direction}`),
    samples: operator.samples.length,
  };
}

/** The reference of the operator library as Markdown, with the examples that use each operator. */
export function operatorsPage(
  operators: readonly Operator[],
  examples: readonly { readonly file: string; readonly design: Design }[],
): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return render('operators.md', {
    operators: operators.map(describeOperator).map((entry) => ({
      ...entry,
      streams: entry.streams.map((stream) => `\`${stream}\``).join(', '),
      examples: examples
        .filter(({ design }) => design.uses?.some((use) => use.operator === entry.name))
        .map(({ file }) => `[\`${file}\`](../examples/${file})`)
        .join(', '),
      parameters: entry.parameters.map((one) => ({
        ...one,
        about: cell(one.about),
        range: cell(one.range),
        preset: short(cell(one.default)),
      })),
    })),
  });
}

/** Long lists are not for reading. */
function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 56)} …` : text;
}

function formatRange(of: 'fixed' | 'float' | 'number' | undefined): string {
  switch (of) {
    case 'fixed':
      return 'any fixed-point format';
    case 'float':
      return 'any floating-point format';
    case 'number':
      return 'any number format';
    case undefined:
      return 'any format';
  }
}

function rangeText(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'integer':
      return `${parameter.least}..${parameter.most}`;
    case 'choice':
      return parameter.options.join(' | ');
    case 'flag':
      return 'true | false';
    case 'format':
      return formatRange(parameter.of);
    case 'list':
      return `${parameter.shortest}..${parameter.longest} integers, ${parameter.least}..${parameter.most} each`;
  }
}
