import { failure, success, wholeFile, type Diagnostic, type Place, type Result } from '../base/index.js';
import type { Argument } from '../builder/index.js';
import type { MeasureCall, Point, Scalar } from './point.js';
import { badField, unknownField } from './problems.js';

type Fields = Readonly<Record<string, unknown>>;

const fields = [
  ...['schema', 'design', 'datapath', 'parameters', 'shared', 'technology'],
  ...['clockPs', 'mode', 'arithmetic', 'seed', 'measures'],
];

/**
 * A point from the value of a JSON file:
 *
 *     {"design": "vs-mac.dp", "parameters": {"N": 4}, "technology": "asap7",
 *      "measures": ["areaUm2", {"measure": "accuracy", "model": "mlp", "images": 1000}]}
 *
 * All that is wrong with its form is told; whether the design has such parameters shows when it is evaluated.
 */
export function readPoint(value: unknown, file: string): Result<Point> {
  const place = wholeFile(file);
  if (!isFields(value)) return failure(badField(place, 'a point', 'a JSON object with at least `design`'));
  const reader = readerOf(value, place);
  reader.known('the point', value, fields);
  const design = reader.text('design', undefined);
  const datapath = reader.text('datapath', null);
  const technology = reader.text('technology', null);
  const clockPs = reader.number('clockPs', null, 1);
  const point: Point = {
    design: design ?? '',
    ...(datapath !== undefined && { datapath }),
    parameters: reader.parameters('parameters'),
    ...(value['shared'] !== undefined && { shared: reader.parameters('shared') }),
    ...(technology !== undefined && { technology }),
    ...(clockPs !== undefined && { clockPs }),
    mode: reader.choice('mode', ['synth', 'model'] as const),
    arithmetic: reader.choice('arithmetic', ['auto', 'behavioural', 'bitheap'] as const),
    seed: reader.number('seed', 1, 0) ?? 1,
    measures: reader.measures(),
  };
  return reader.diagnostics.length > 0 ? failure(...reader.diagnostics) : success(point);
}

/** Reads the fields of a point; undefined or a preset where one is missing or wrong. */
function readerOf(value: Fields, place: Place) {
  const diagnostics: Diagnostic[] = [];
  const refuse = (path: string, due: string): undefined => {
    diagnostics.push(badField(place, path, due));
  };
  return {
    diagnostics,
    known(path: string, given: Fields, names: readonly string[]): void {
      for (const name of Object.keys(given))
        if (!names.includes(name)) diagnostics.push(unknownField(place, path, name, names));
    },
    /** A `preset` of null says that it can be absent. */
    text(name: string, preset: null | undefined): string | undefined {
      const found = value[name];
      if (found === undefined && preset === null) return undefined;
      return typeof found === 'string' && found !== '' ? found : refuse(`\`${name}\``, 'text');
    },
    number(name: string, preset: number | null, least: number): number | undefined {
      const found = value[name] ?? preset;
      if (found === null) return undefined;
      if (Number.isSafeInteger(found) && (found as number) >= least) return found as number;
      return refuse(`\`${name}\``, `an integer of at least ${least}`);
    },
    choice<T extends string>(name: string, options: readonly [T, ...T[]]): T {
      const found = value[name] ?? options[0];
      if (!options.includes(found as T)) refuse(`\`${name}\``, `one of ${options.join(', ')}`);
      return found as T;
    },
    parameters(field: string): Record<string, Argument> {
      const given = value[field] ?? {};
      if (!isFields(given)) return refuse(`\`${field}\``, 'an object of values by name') ?? {};
      for (const [name, one] of Object.entries(given))
        if (!isArgument(one))
          refuse(`parameter \`${name}\``, 'a number, text, true, false or a list of integers');
      return given as Record<string, Argument>;
    },
    measures(): MeasureCall[] {
      const given = value['measures'];
      if (!Array.isArray(given) || given.length === 0)
        return refuse('`measures`', 'a list of names of measures, or of {"measure": NAME, …}') ?? [];
      return given.flatMap((one: unknown, i) => {
        const call = measureCall(one);
        if (!call)
          refuse(`\`measures[${i}]\``, 'a name, or {"measure": NAME, …} with numbers, text, true or false');
        return call ? [call] : [];
      });
    },
  };
}

function measureCall(value: unknown): MeasureCall | undefined {
  if (typeof value === 'string') return { measure: value, as: value, args: {} };
  if (!isFields(value)) return undefined;
  const { measure, as = measure, ...args } = value;
  if (typeof measure !== 'string' || typeof as !== 'string') return undefined;
  return Object.values(args).every(isScalar)
    ? { measure, as, args: args as Record<string, Scalar> }
    : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is Scalar {
  return ['number', 'string', 'boolean'].includes(typeof value);
}

function isArgument(value: unknown): value is Argument {
  return isScalar(value) || (Array.isArray(value) && value.every((one) => Number.isSafeInteger(one)));
}
