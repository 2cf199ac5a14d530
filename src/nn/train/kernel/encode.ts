/** Writing small WebAssembly modules: functions of numbers over one imported memory. */

const types = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

/** Instructions without immediates; WebAssembly core 2.0, section 5.4. Those of 256 and more are behind 0xfd. */
const plain = {
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ge_s': 0x4e,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.and': 0x71,
  'i32.shr_u': 0x76,
  select: 0x1b,
  'f32.gt': 0x5e,
  'f32.max': 0x97,
  'f32.add': 0x92,
  'f32.mul': 0x94,
  'f32x4.splat': 0x113,
  'f32x4.gt': 0x144,
  'v128.and': 0x14e,
  'f32x4.add': 0x1e4,
  'f32x4.mul': 0x1e6,
  'f32x4.max': 0x1e9,
} as const;

/** Loads and stores, with log2 of the bytes that are moved. */
const moves = {
  'f32.load': [0x2a, 2],
  'f32.store': [0x38, 2],
  'i32.store': [0x36, 2],
  'v128.load': [0x100, 4],
  'v128.load32_splat': [0x109, 2],
  'v128.store': [0x10b, 4],
} as const;

/** A local variable, by its number. */
export type Local = number;

/** A function under construction: every call appends instructions. */
export interface Body {
  local(type: ValueType): Local;
  get(local: Local): void;
  set(local: Local): void;
  integer(value: number): void;
  zero(type: 'f32' | 'v128'): void;
  op(name: keyof typeof plain): void;
  /** a load, or a store, at the address on the stack plus `offset` bytes */
  move(name: keyof typeof moves, offset?: number): void;
  /** lane `lane` of the four floats on the stack */
  lane(lane: number): void;
  /** runs `inside` as long as the local is at least `least` */
  whileAtLeast(local: Local, least: number, inside: () => void): void;
  /** takes a number off the stack and runs `then` if it is not 0, else `otherwise` */
  when(then: () => void, otherwise?: () => void): void;
}

/** A function: parameters are locals 0, 1, …; a result, if any, is what the instructions leave on the stack. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result?: ValueType;
  readonly write: (body: Body) => void;
}

/** The bytes of a module that exports these functions and imports a shared memory `env.memory`. */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const signature = ({ parameters, result }: WasmFunction): number[] => [
    0x60,
    ...list(parameters.map((type) => [types[type]])),
    ...list(result ? [[types[result]]] : []),
  ];
  // Shared, from 1 page to all that there are.
  const memory = [...text('env'), ...text('memory'), 0x02, 0x03, ...leb(1), ...leb(65536)];
  const exported = functions.map(({ name }, i) => [...text(name), 0x00, ...leb(i)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(functions.map(signature))),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, i) => leb(i)))),
    ...section(7, list(exported)),
    ...section(10, list(functions.map(encodeFunction))),
  ]);
}

function encodeFunction({ parameters, write }: WasmFunction): number[] {
  const locals: ValueType[] = [];
  const code: number[] = [];
  write(bodyOf(code, parameters.length, locals));
  const declared = list(locals.map((type) => [1, types[type]]));
  return [...leb(declared.length + code.length + 1), ...declared, ...code, 0x0b];
}

function bodyOf(code: number[], parameters: number, locals: ValueType[]): Body {
  const push = (...bytes: readonly number[]): void => void code.push(...bytes);
  const opcode = (number: number): void => (number < 256 ? push(number) : push(0xfd, ...leb(number - 256)));
  const body: Body = {
    local: (type) => parameters + locals.push(type) - 1,
    get: (local) => push(0x20, ...leb(local)),
    set: (local) => push(0x21, ...leb(local)),
    integer: (value) => push(0x41, ...signedLeb(value)),
    zero: (type) =>
      type === 'f32' ? push(0x43, 0, 0, 0, 0) : push(0xfd, 0x0c, ...new Array<number>(16).fill(0)),
    op: (name) => opcode(plain[name]),
    move(name, offset = 0) {
      const [number, alignment] = moves[name];
      opcode(number);
      // What is moved may lie at any multiple of four bytes.
      push(Math.min(alignment, 2), ...leb(offset));
    },
    lane: (lane) => push(0xfd, 0x1f, lane),
    whileAtLeast(local, least, inside) {
      push(0x02, 0x40, 0x03, 0x40);
      body.get(local);
      body.integer(least);
      body.op('i32.ge_s');
      body.op('i32.eqz');
      push(0x0d, 1);
      inside();
      push(0x0c, 0, 0x0b, 0x0b);
    },
    when(then, otherwise) {
      push(0x04, 0x40);
      then();
      if (otherwise) {
        push(0x05);
        otherwise();
      }
      push(0x0b);
    },
  };
  return body;
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(name: string): number[] {
  return [...leb(name.length), ...Buffer.from(name, 'ascii')];
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}
