import { failure, success, type Diagnostic, type Result } from '../base/index.js';
import type { StreamPorts } from '../ir/index.js';
import {
  convert,
  mismatch,
  noteUse,
  poison,
  resolve,
  type Arguments,
  type Datapath,
  type Designer,
  type Parameter,
  type Type,
  type Value,
} from '../builder/index.js';

/** A port of an operator. */
export interface OperatorPort {
  readonly name: string;
  readonly type: Type;
}

export interface OperatorPorts {
  readonly inputs: readonly OperatorPort[];
  readonly outputs: readonly OperatorPort[];
  /** Which of the ports hand over words by valid and ready, for an operator whose timing depends on its data. */
  readonly streams?: readonly StreamPorts[];
  /** Names of the streams that lead to what is outside the design, as memories: they stay its ports, under their own names. */
  readonly outer?: readonly string[];
}

/** The words of a port's elements in one cycle, element 0 first. */
export type Words = readonly bigint[];

/**
 * A datapath operator: all that the language, the documentation, verification and characterisation need to know
 * of it. Adding one is a folder and a line in the list.
 */
export interface Operator {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly parameters: readonly Parameter[];
  /** The parameters that follow from the types of a call's arguments; a wrong shape leaves them out. */
  infer(types: readonly Type[]): Arguments;
  ports(p: Arguments): OperatorPorts;
  /** Rules between parameters, beyond their ranges. */
  rules?(p: Arguments): readonly Diagnostic[];
  /** Cycles from inputs to the outputs that belong to them. */
  latency(p: Arguments): number;
  /**
   * Products that it makes and adds up in every cycle; left out where there are none, or not as many in each. Factors of
   * scales do not count.
   */
  macs?(p: Arguments): number;
  /**
   * The definition, over exact numbers: one call a cycle from reset on, with the words of every input port; gives
   * those of every output port in that cycle. Written from the mathematics, on nothing that `build` uses.
   *
   * For an operator with streams: one call for each word taken in (of all streams in together), with the words of
   * every input port but `valid` and `ready` ones; gives those of the output ports but `valid` and `ready` ones for
   * the word that comes out, or an empty list where none does.
   */
  reference(p: Arguments): (inputs: readonly Words[]) => readonly Words[];
  /** How it is made of IR nodes. Inputs have exactly the ports' types. */
  build(datapath: Datapath, p: Arguments, inputs: readonly Value[]): readonly Value[];
  /** Parameter sets to try, corners included. */
  readonly samples: readonly Arguments[];
}

/** The full parameters of a call: those given by name, those that follow from the arguments, and defaults. */
export function parametersOf(
  operator: Operator,
  types: readonly Type[],
  named: Arguments,
): Result<Arguments> {
  const values = resolve(operator.parameters, { ...operator.infer(types), ...named });
  if (!values.ok) return values;
  const broken = operator.rules?.(values.value) ?? [];
  return broken.length > 0 ? failure(...broken) : success(values.value);
}

/**
 * Applies an operator to values, which are widened exactly to the ports' types. Faults go to the datapath.
 *
 * @returns the outputs in order, or undefined after a diagnostic or for poison
 */
export function apply(
  datapath: Datapath,
  operator: Operator,
  inputs: readonly Value[],
  named: Arguments = {},
): readonly Value[] | undefined {
  const types: Type[] = [];
  for (const input of inputs) {
    if (input.kind === 'poison') return undefined;
    types.push(input.type);
  }
  const place = datapath.draft.place;
  const refuse = (diagnostic: Diagnostic): void =>
    datapath.report(place && !diagnostic.place ? { ...diagnostic, place } : diagnostic);
  const p = parametersOf(operator, types, named);
  if (!p.ok) return void p.diagnostics.forEach(refuse);
  const ports = operator.ports(p.value).inputs;
  if (ports.length !== inputs.length) {
    const due = `${ports.length} arguments (${ports.map((port) => port.name).join(', ')})`;
    return void refuse(mismatch(`what \`${operator.name}\` is given`, due, String(inputs.length)));
  }
  const fitted = inputs.map((input, i) =>
    convert(datapath, input, ports[i]!.type, `\`${ports[i]!.name}\` of \`${operator.name}\``),
  );
  if (fitted.some((value) => value.kind === 'poison')) return undefined;
  noteUse(datapath, { operator: operator.name, parameters: p.value });
  return operator.build(datapath, p.value, fitted);
}

/** The only output of an operator that has one; poison where the call failed. */
export function only(outputs: readonly Value[] | undefined): Value {
  return outputs?.[0] ?? poison;
}

/** Applies an operator in the TypeScript form; gives its only output. */
export function call(
  designer: Designer,
  operator: Operator,
  inputs: readonly Value[],
  named: Arguments = {},
): Value {
  return designer.use((datapath) => only(apply(datapath, operator, inputs, named)));
}
