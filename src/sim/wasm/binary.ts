/** Writing WebAssembly modules: numbers, sections, functions. Instructions are in `instructions.ts`. */

/** Bytes of a function's body or of a section, in order. */
export type Code = number[];

export type ValueType = 'i32' | 'v128';

const typeByte: Readonly<Record<ValueType, number>> = { i32: 0x7f, v128: 0x7b };

/** Pages of 64 KiB that a memory has at most. */
export const mostPages = 65536;

/** A function without results. */
export interface WasmFunction {
  /** Under which name it is exported, if at all. */
  readonly exported?: string;
  /** How many parameters it has, all i32. */
  readonly parameters: number;
  /** Its locals after the parameters, in order. */
  readonly locals: readonly ValueType[];
  /** Its instructions without the final `end`. */
  readonly body: Code;
}

/** Unsigned LEB128 of a number below 2^32. */
export function unsignedLeb(code: Code, value: number): void {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    code.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  code.push(rest);
}

/** Signed LEB128 of a 32-bit number. */
export function signedLeb(code: Code, value: number): void {
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    code.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  code.push(rest & 0x7f);
}

/**
 * A module of these functions, function 0 first, over one imported memory `env.memory` of `pages` pages of 64 KiB
 * or more, and one imported number `env.base`. A memory that threads share has a greatest size, the greatest there is.
 */
export function wasmModule(
  functions: readonly WasmFunction[],
  pages: number,
  shared = false,
): Uint8Array<ArrayBuffer> {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const counts = [...new Set(functions.map((each) => each.parameters))];
  const types = counts.map((count) => [0x60, ...vector(Array<Code>(count).fill([typeByte.i32])), 0]);
  const memory: Code = [...text('env'), ...text('memory'), 0x02, shared ? 0x03 : 0x00];
  unsignedLeb(memory, pages);
  if (shared) unsignedLeb(memory, mostPages);
  const base: Code = [...text('env'), ...text('base'), 0x03, typeByte.i32, 0x00];
  const exported = functions.flatMap(({ exported: name }, index) =>
    name === undefined ? [] : [[...text(name), 0x00, ...leb(index)]],
  );
  return join([
    header,
    section(1, [vector(types)]),
    section(2, [vector([memory, base])]),
    section(3, [vector(functions.map((each) => leb(counts.indexOf(each.parameters))))]),
    section(7, [vector(exported)]),
    section(10, [leb(functions.length), ...functions.flatMap(functionBody)]),
  ]);
}

function functionBody({ locals, body }: WasmFunction): Code[] {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  const head = vector(runs.map(({ type, count }) => [...leb(count), typeByte[type]]));
  return [leb(head.length + body.length + 1), head, body, [0x0b]];
}

function section(id: number, parts: readonly Code[]): Code {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const code: Code = [id, ...leb(size)];
  for (const part of parts) for (const byte of part) code.push(byte);
  return code;
}

function vector(items: readonly Code[]): Code {
  const code = leb(items.length);
  for (const item of items) code.push(...item);
  return code;
}

function leb(value: number): Code {
  const code: Code = [];
  unsignedLeb(code, value);
  return code;
}

function text(name: string): Code {
  return [...leb(name.length), ...Buffer.from(name, 'ascii')];
}

function join(parts: readonly Code[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
