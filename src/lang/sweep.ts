import { suggest, type Diagnostic, type Place } from '../base/index.js';
import { formulaText, scalar, scalars, type ScalarValue } from './formula-text.js';
import { badSweep, definedTwice } from './problems.js';
import type { MeasuredSyntax, SettingSyntax, SweepStatement, SweepSyntax, VariesSyntax } from './syntax.js';

/** A formula of a sweep in the notation of mathjs. */
export interface FormulaForm {
  readonly text: string;
  readonly place: Place;
}

export interface VariableForm {
  readonly name: string;
  readonly domain:
    | { readonly kind: 'list'; readonly values: readonly ScalarValue[] }
    | { readonly kind: 'range'; readonly least: number; readonly most: number; readonly step: number };
  readonly when: FormulaForm | undefined;
  readonly place: Place;
}

export interface MeasureForm {
  readonly measure: string;
  readonly as: string;
  readonly args: Readonly<Record<string, ScalarValue>>;
  readonly place: Place;
  /** Of the values of `args`. */
  readonly places: Readonly<Record<string, Place>>;
}

/** `search(…)`, `budget(…)`, `settings(…)`: what is given by position and by name. */
export interface SettingForm {
  readonly name: string;
  readonly values: readonly ScalarValue[];
  readonly named: Readonly<Record<string, ScalarValue | readonly ScalarValue[]>>;
  readonly place: Place;
}

/** A `sweep` as it is written; what its words mean is not looked at. */
export interface SweepForm {
  readonly name: string;
  readonly place: Place;
  readonly variables: readonly VariableForm[];
  readonly where: readonly FormulaForm[];
  readonly measures: readonly MeasureForm[];
  readonly derived: readonly {
    readonly name: string;
    readonly formula: FormulaForm;
    readonly place: Place;
  }[];
  readonly objectives: readonly {
    readonly measure: string;
    readonly direction: 'min' | 'max';
    readonly place: Place;
  }[];
  readonly settings: readonly SettingForm[];
}

const settingNames = ['search', 'budget', 'settings'];

/** The form of a sweep, with what is wrong with it; with any of that it is of no use. */
export function sweepForm({ name, statements }: SweepSyntax): {
  readonly form: SweepForm;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const report = (one: Diagnostic): void => void diagnostics.push(one);
  const of = <K extends SweepStatement['kind']>(kind: K) =>
    statements.filter((one): one is Extract<SweepStatement, { kind: K }> => one.kind === kind);
  const formula = (expression: Parameters<typeof formulaText>[0]): FormulaForm => ({
    text: formulaText(expression, report),
    place: expression.at,
  });
  const variables = of('varies').map((one) => ({
    ...variableForm(one, report),
    when: one.when && formula(one.when),
  }));
  const form: SweepForm = {
    name: name.text,
    place: name.at,
    variables,
    where: of('where').map(({ condition }) => formula(condition)),
    measures: of('measure').flatMap(({ measures }) => measures.flatMap((one) => measureForm(one, report))),
    derived: of('derived').map((one) => ({
      name: one.name.text,
      formula: formula(one.value),
      place: one.name.at,
    })),
    objectives: of('pareto').flatMap(({ objectives }) =>
      objectives.map(({ measure, direction }) => ({ measure: measure.text, direction, place: measure.at })),
    ),
    settings: of('setting').map((one) => settingForm(one, report)),
  };
  for (const one of twice([...form.variables, ...form.derived])) report(one);
  return { form, diagnostics };
}

type Report = (diagnostic: Diagnostic) => void;

function variableForm(
  { name, values, most, step, at }: VariesSyntax,
  report: Report,
): Omit<VariableForm, 'when'> {
  const { text } = name;
  if (!most) return { name: text, place: name.at, domain: { kind: 'list', values: scalars(values, report) } };
  const [least, end, by] = [values, most, step].map((one) => (one ? scalar(one, report) : 1));
  if (![least, end, by].every((one) => typeof one === 'number') || (by as number) <= 0) {
    report(badSweep(at, 'a range is from a number to a number, with a step above 0'));
    return { name: text, place: name.at, domain: { kind: 'list', values: [] } };
  }
  return {
    name: text,
    place: name.at,
    domain: { kind: 'range', least: least as number, most: end as number, step: by as number },
  };
}

function measureForm({ value, as }: MeasuredSyntax, report: Report): MeasureForm[] {
  if (value.kind === 'name')
    return [{ measure: value.name, as: as?.text ?? value.name, args: {}, place: value.at, places: {} }];
  if (value.kind !== 'call') {
    report(
      badSweep(value.at, 'what is measured is a name, or a name with arguments, as `accuracy(images: 1000)`'),
    );
    return [];
  }
  const args: Record<string, ScalarValue> = {};
  const places: Record<string, Place> = {};
  for (const { name, value: given, at } of value.args) {
    if (name) {
      args[name.text] = scalar(given, report) ?? '';
      places[name.text] = given.at;
    } else report(badSweep(at, 'arguments of measures are given by name, as `images: 1000`'));
  }
  const { text: measure, at: place } = value.callee;
  return [{ measure, as: as?.text ?? measure, args, place, places }];
}

function settingForm({ name, args }: SettingSyntax, report: Report): SettingForm {
  if (!settingNames.includes(name.text))
    report(badSweep(name.at, `a sweep has no \`${name.text}(…)\``, suggest(name.text, settingNames)));
  const values: ScalarValue[] = [];
  const named: Record<string, ScalarValue | readonly ScalarValue[]> = {};
  for (const argument of args) {
    const isList = argument.value.kind === 'vector';
    const value = isList ? scalars(argument.value, report) : (scalar(argument.value, report) ?? 0);
    if (argument.name) named[argument.name.text] = value;
    else if (Array.isArray(value)) values.push(...(value as ScalarValue[]));
    else values.push(value as ScalarValue);
  }
  return { name: name.text, values, named, place: name.at };
}

function twice(all: readonly { readonly name: string; readonly place: Place }[]): Diagnostic[] {
  const first = new Map<string, Place>();
  return all.flatMap(({ name, place }) => {
    const before = first.get(name);
    first.set(name, before ?? place);
    return before ? [definedTwice(place, name, before.line)] : [];
  });
}
