import { wrap as wrapWord, type Diagnostic, type Place } from '../base/index.js';
import { formatName, isSigned } from '../format/index.js';
import {
  draft as startDraft,
  type Design,
  type Draft,
  type Id,
  type Module,
  type OperatorUse,
} from '../ir/index.js';
import { reject, truth, type Context } from './context.js';
import { convert } from './narrowing.js';
import { givenTwice, mismatch, neverDriven, noOutputs, outOfRange, reservedName } from './problems.js';
import { portOf, typeWidth, leafFormat, type Type } from './type.js';
import { labelValue, leaves, pack, poison, scalar, unpack, vectorOf, type Value } from './value.js';

/** A register of any type: what it holds now, to be given its next value once. */
export interface Register {
  readonly name: string;
  readonly type: Type;
  readonly value: Value;
  /** The number every element is reset to; undefined for a register without reset. */
  readonly reset: bigint | undefined;
}

/** The number a register is reset to, in its own format: 1 is 1.0 in fixed point. Or that it has no reset. */
export type Reset = number | bigint | 'none';

/** A datapath under construction: its module, ports and registers, and the modules it instantiates. */
export interface Datapath extends Context {
  readonly draft: Draft;
  readonly diagnostics: Diagnostic[];
  readonly names: Set<string>;
  readonly modules: Map<string, Module>;
  readonly undriven: Map<string, Place | undefined>;
  /** The operators applied, by what tells them apart. */
  readonly uses: Map<string, OperatorUse>;
  outputs: number;
}

const reserved = ['clk', 'rst_n'];
const mostStages = 64;

/** Starts a datapath; its parts are added by the functions below. */
export function startDatapath(name: string): Datapath {
  const diagnostics: Diagnostic[] = [];
  return {
    draft: startDraft(name),
    diagnostics,
    names: new Set(),
    modules: new Map(),
    undriven: new Map(),
    uses: new Map(),
    outputs: 0,
    report: (diagnostic) => diagnostics.push(diagnostic),
  };
}

function claim(datapath: Datapath, what: string, name: string): void {
  if (reserved.includes(name)) reject(datapath, reservedName(name));
  else if (datapath.names.has(name)) reject(datapath, givenTwice(what, name));
  datapath.names.add(name);
}

/** An input port. */
export function inputPort(datapath: Datapath, name: string, type: Type): Value {
  claim(datapath, 'port', name);
  if (typeWidth(type) > 65536)
    return reject(datapath, outOfRange(`the width of port \`${name}\``, typeWidth(type), 1, 65536));
  return unpack(datapath.draft, datapath.draft.input(portOf(name, type)), type);
}

/** An output port that carries `value`, widened exactly to `type` where that is given. */
export function outputPort(datapath: Datapath, name: string, value: Value, type?: Type): void {
  claim(datapath, 'port', name);
  datapath.outputs++;
  const wide = type ? convert(datapath, value, type, `output \`${name}\``) : value;
  if (wide.kind === 'poison') return;
  datapath.draft.output(portOf(name, wide.type), pack(datapath.draft, wide));
}

/** A register, reset to `reset` in every element. */
export function register(datapath: Datapath, name: string, type: Type, reset: Reset = 0): Register {
  claim(datapath, 'register', name);
  datapath.undriven.set(name, datapath.draft.place);
  const value = registerValue(datapath, type);
  labelValue(datapath.draft, value, name);
  return { name, type, value, reset: resetNumber(reset) };
}

/** A register of an operator's own: no name that the designer could clash with. */
export function hiddenRegister(datapath: Datapath, label: string, type: Type, reset: Reset = 0): Register {
  const value = registerValue(datapath, type);
  labelValue(datapath.draft, value, label);
  return { name: label, type, value, reset: resetNumber(reset) };
}

function resetNumber(reset: Reset): bigint | undefined {
  return reset === 'none' ? undefined : BigInt(reset);
}

function registerValue(datapath: Datapath, type: Type): Value {
  if (type.kind !== 'vector') return scalar(type, datapath.draft.reg(typeWidth(type)));
  const elements = Array.from({ length: type.length }, () => registerValue(datapath, type.element));
  return vectorOf(type.element, elements);
}

/** Gives a register its next value, widened exactly to its type, taken only `when` that bool is true. */
export function drive(datapath: Datapath, register: Register, next: Value, when?: Value): void {
  const { draft } = datapath;
  datapath.undriven.delete(register.name);
  const value = convert(datapath, next, register.type, `the next value of \`${register.name}\``);
  const enable = when && truth(datapath, when, 'what follows `when`');
  if (value.kind === 'poison' || (when && !enable)) return;
  const to = resetWord(datapath, register);
  const reset = to === undefined ? undefined : { by: draft.reset(), to };
  const words = leaves(value);
  leaves(register.value).forEach((leaf, i) =>
    draft.connect(leaf.id, words[i]!.id, { enable: enable?.id, reset }),
  );
}

/** The word of an element after reset; undefined without reset, and after a diagnostic where it does not fit. */
function resetWord(datapath: Datapath, register: Register): bigint | undefined {
  if (register.reset === undefined) return undefined;
  const format = leafFormat(register.type);
  const width = typeWidth(format);
  const scaled = register.reset << BigInt(format.kind === 'fixed' ? format.fraction : 0);
  const word = wrapWord(scaled, width);
  if (scaled === (isSigned(format) ? BigInt.asIntN(width, word) : word)) return word;
  const what = `the reset value of \`${register.name}\``;
  reject(datapath, mismatch(what, `a number of \`${formatName(format)}\``, String(register.reset)));
  return undefined;
}

/** An instance of another datapath's module; gives its outputs in order, as values of the types given. */
export function instantiate(
  datapath: Datapath,
  design: Design,
  inputs: readonly Value[],
  types: { readonly inputs: readonly Type[]; readonly outputs: readonly Type[] },
  name: string,
): Value[] {
  const { draft } = datapath;
  const top = design.modules.at(-1)!;
  const data = top.inputs.filter((port) => port.name !== 'rst_n');
  const ids = new Map<string, Id>();
  data.forEach((port, i) => {
    const value = convert(datapath, inputs[i]!, types.inputs[i]!, `input \`${port.name}\``);
    if (value.kind !== 'poison') ids.set(port.name, pack(draft, value));
  });
  if (ids.size < data.length) return types.outputs.map(() => poison);
  design.uses?.forEach(({ count, ...use }) => noteUse(datapath, use, count));
  for (const module of design.modules) datapath.modules.set(module.name, module);
  const words = top.inputs.map((port) => ids.get(port.name) ?? draft.reset());
  return draft.instance(top, words, name).map((id, i) => unpack(draft, id, types.outputs[i]!));
}

/** Notes that the datapath is built with an operator of the library, or `count` of it. */
export function noteUse(datapath: Datapath, use: Omit<OperatorUse, 'count'>, count = 1): void {
  const key = JSON.stringify(use);
  const before = datapath.uses.get(key)?.count ?? 0;
  datapath.uses.set(key, { ...use, count: before + count });
}

/** Asks for `stages` pipeline stages, in balance, before the outputs. */
export function pipeline(datapath: Datapath, stages: number): void {
  if (!Number.isInteger(stages) || stages < 0 || stages > mostStages)
    return void reject(datapath, outOfRange('the number of pipeline stages', stages, 0, mostStages));
  datapath.draft.pipeline(stages);
}

/** Asks for as many pipeline stages as it takes for paths of at most `clockPs`, from 1 ps to 1 µs, in a technology. */
export function pipelineFor(datapath: Datapath, clockPs: number, technology: string): void {
  if (!(clockPs >= 1 && clockPs <= 1e6))
    return void reject(datapath, outOfRange('the clock, in ps,', clockPs, 1, 1e6));
  const { place } = datapath.draft;
  datapath.draft.pipelineFor({ clockPs, technology, ...(place && { place }) });
}

/** The finished design; undefined if there were faults, which are then in `datapath.diagnostics`. */
export function finishDatapath(datapath: Datapath, about: string): Design | undefined {
  for (const [name, place] of datapath.undriven) {
    datapath.draft.place = place;
    reject(datapath, neverDriven(name));
  }
  if (datapath.outputs === 0) reject(datapath, noOutputs(datapath.draft.name));
  if (datapath.diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return undefined;
  const top = datapath.draft.finish(about);
  return { top: top.name, modules: [...datapath.modules.values(), top], uses: [...datapath.uses.values()] };
}
