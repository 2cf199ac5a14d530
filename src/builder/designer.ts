import { type Diagnostic, type Place, type Result, failure, success } from '../base/index.js';
import type { Fixed, Rounding } from '../format/index.js';
import type { Design } from '../ir/index.js';
import * as arithmetic from './arithmetic.js';
import type { Context } from './context.js';
import {
  drive,
  finishDatapath,
  inputPort,
  outputPort,
  pipeline,
  pipelineFor,
  register,
  startDatapath,
  type Datapath,
  type Register,
  type Reset,
} from './datapath.js';
import * as narrowing from './narrowing.js';
import { unsettledClock } from './problems.js';
import { resolve, type Arguments, type Parameter } from './parameter.js';
import type { Type } from './type.js';
import { labelValue, type Value } from './value.js';

/** What a datapath's body is written with in TypeScript; every call notes the line it stands on. */
export interface Designer {
  /** The datapath under construction, for operators: `dot(d.datapath, …)`. */
  readonly datapath: Datapath;
  in(name: string, type: Type): Value;
  out(name: string, value: Value, type?: Type): void;
  reg(name: string, type: Type, reset?: Reset): Register;
  /** Gives a register its next value, taken only `when` that bool is true. */
  next(register: Register, value: Value, when?: Value): void;
  /** Names a value in the generated Verilog. */
  name(name: string, value: Value): Value;
  literal(value: number | bigint): Value;
  add(a: Value, b: Value): Value;
  sub(a: Value, b: Value): Value;
  mul(a: Value, b: Value): Value;
  negate(a: Value): Value;
  shiftLeft(a: Value, by: number): Value;
  compare(op: arithmetic.Comparison, a: Value, b: Value): Value;
  select(when: Value, yes: Value, no: Value): Value;
  logic(op: 'and' | 'or' | 'xor', a: Value, b: Value): Value;
  invert(a: Value): Value;
  element(value: Value, index: number): Value;
  bits(value: Value, high: number, low: number): Value;
  collect(values: readonly Value[]): Value;
  roundDrop(value: Value, drop: number, mode: Rounding): Value;
  roundTo(value: Value, to: Fixed, mode: Rounding): Value;
  saturate(value: Value, to: Fixed): Value;
  wrap(value: Value, to: Fixed): Value;
  /** An operator of the library, or any function that builds on a datapath. */
  use<T>(build: (datapath: Datapath) => T): T;
  pipeline(stages: number): void;
  /** As many stages as paths of at most `clockPs` need in a technology. */
  pipelineFor(clockPs: number, technology: string): void;
}

/** A datapath with parameters: gives a design for every legal set of arguments. */
export interface Definition {
  readonly name: string;
  readonly about: string;
  readonly parameters: readonly Parameter[];
  /** The design; one whose stages are yet to be found for a clock is a fault, unless `clocks` are to be kept in it. */
  elaborate(given: Arguments, clocks?: 'kept'): Result<Design>;
}

/** The design, or the fault that the stages of a module are yet to be found for a clock. */
export function settled(design: Design, diagnostics: readonly Diagnostic[] = []): Result<Design> {
  const open = design.modules.find(({ clock }) => clock);
  return open ? failure(unsettledClock(open.name, open.clock!.place)) : success(design, diagnostics);
}

/** An integer parameter from `least` to `most`. */
export function range(
  least: number,
  most: number,
  preset: number,
): Omit<Extract<Parameter, { kind: 'integer' }>, 'name'> {
  return { kind: 'integer', least, most, default: preset };
}

type Unnamed = Omit<Parameter, 'name'>;
type Valued<P extends Record<string, Unnamed>> = {
  readonly [K in keyof P]: P[K] extends { default: infer D } ? D : never;
};

/** Defines a datapath in TypeScript. `build` is called once for each elaboration, with the resolved arguments. */
export function datapath<P extends Record<string, Unnamed>>(
  name: string,
  about: string,
  parameters: P,
  build: (d: Designer, values: Valued<P>) => void,
): Definition {
  const list = Object.entries(parameters).map(
    ([key, parameter]) => ({ ...parameter, name: key }) as Parameter,
  );
  return {
    name,
    about,
    parameters: list,
    elaborate(given, clocks) {
      const values = resolve(list, given);
      if (!values.ok) return values;
      const under = startDatapath(name);
      build(designer(under), values.value as Valued<P>);
      const design = finishDatapath(under, about);
      if (!design) return failure(...under.diagnostics);
      return clocks === 'kept' ? success(design, under.diagnostics) : settled(design, under.diagnostics);
    },
  };
}

function designer(datapath: Datapath): Designer {
  const { draft } = datapath;
  /** The function with the datapath as its first argument, noting the caller's line on every call. */
  function located<A extends unknown[], R>(build: (context: Datapath, ...rest: A) => R): (...rest: A) => R {
    return (...rest) => {
      draft.place = callerPlace();
      return build(datapath, ...rest);
    };
  }
  return {
    datapath,
    in: located(inputPort),
    out: located(outputPort),
    reg: located(register),
    next: located(drive),
    name(name, value) {
      labelValue(draft, value, name);
      return value;
    },
    literal: located((context: Context, value: number | bigint) =>
      arithmetic.literal(context, BigInt(value)),
    ),
    add: located(arithmetic.add),
    sub: located(arithmetic.sub),
    mul: located(arithmetic.mul),
    negate: located(arithmetic.negate),
    shiftLeft: located(arithmetic.shiftLeft),
    compare: located(arithmetic.compare),
    select: located(arithmetic.select),
    logic: located(arithmetic.logic),
    invert: located(arithmetic.invert),
    element: located(arithmetic.element),
    bits: located(arithmetic.bitRange),
    collect: located(arithmetic.collect),
    roundDrop: located(narrowing.roundDrop),
    roundTo: located(narrowing.roundTo),
    saturate: located(narrowing.saturate),
    wrap: located(narrowing.wrap),
    use: (build) => located(build)(),
    pipeline: located(pipeline),
    pipelineFor: located(pipelineFor),
  };
}

const own = ['builder', 'ops'].map((folder) => new URL(`../${folder}/`, import.meta.url).pathname);

/** The line of the first caller that is not of the toolkit's own building functions. */
function callerPlace(): Place | undefined {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  const caller = lines.find((line) => !own.some((folder) => line.includes(folder)));
  const found = caller && /(?:file:\/\/)?([^\s(]+):(\d+):(\d+)\)?$/.exec(caller);
  return found ? { file: found[1]!, line: Number(found[2]), column: Number(found[3]), length: 1 } : undefined;
}
