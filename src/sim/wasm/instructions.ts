import { signedLeb, unsignedLeb, type Code } from './binary.js';

/** Instructions without immediates on i32 words. */
const scalar = {
  add: 0x6a,
  mul: 0x6c,
  or: 0x72,
  eq: 0x46,
  ltU: 0x49,
} as const;

/** Instructions without immediates on v128 words (behind the prefix 0xfd); WebAssembly core 2.0, section 5.4.8. */
const simd = {
  swizzle: 0x0e,
  splat: 0x11,
  eq8: 0x23,
  ltS8: 0x25,
  ltU8: 0x26,
  eq16: 0x2d,
  ltS16: 0x2f,
  ltU16: 0x30,
  eq: 0x37,
  ltS: 0x39,
  ltU: 0x3a,
  not: 0x4d,
  and: 0x4e,
  andnot: 0x4f,
  or: 0x50,
  xor: 0x51,
  bitselect: 0x52,
  popcount8: 0x62,
  narrow16S: 0x65,
  narrow16U: 0x66,
  add8: 0x6e,
  sub8: 0x71,
  minS8: 0x76,
  minU8: 0x77,
  maxS8: 0x78,
  maxU8: 0x79,
  pairwise8U: 0x7d,
  pairwise16U: 0x7f,
  narrow32S: 0x85,
  narrow32U: 0x86,
  extendLow8S: 0x87,
  extendHigh8S: 0x88,
  extendLow8U: 0x89,
  extendHigh8U: 0x8a,
  shl16: 0x8b,
  shr16S: 0x8c,
  shr16U: 0x8d,
  add16: 0x8e,
  sub16: 0x91,
  mul16: 0x95,
  minS16: 0x96,
  minU16: 0x97,
  maxS16: 0x98,
  maxU16: 0x99,
  extendLow16S: 0xa7,
  extendHigh16S: 0xa8,
  extendLow16U: 0xa9,
  extendHigh16U: 0xaa,
  shl: 0xab,
  shrS: 0xac,
  shrU: 0xad,
  add: 0xae,
  sub: 0xb1,
  mul: 0xb5,
  minS: 0xb6,
  minU: 0xb7,
  maxS: 0xb8,
  maxU: 0xb9,
  dot: 0xba,
  multiplyLowS: 0xdc,
  multiplyHighS: 0xdd,
  multiplyLowU: 0xde,
  multiplyHighU: 0xdf,
} as const;

/** Loads and stores: opcode and log2 of their natural alignment in bytes. */
const memory = {
  load: [0x28, 2],
  load8S: [0x2c, 0],
  load8U: [0x2d, 0],
  load16S: [0x2e, 1],
  load16U: [0x2f, 1],
  store: [0x36, 2],
} as const;

const simdMemory = {
  load: [0x00, 4],
  load8x8S: [0x01, 3],
  load8x8U: [0x02, 3],
  load16x4S: [0x03, 3],
  load16x4U: [0x04, 3],
  load8Splat: [0x07, 0],
  load16Splat: [0x08, 1],
  load32Splat: [0x09, 2],
  store: [0x0b, 4],
  load32Zero: [0x5c, 2],
  load64Zero: [0x5d, 3],
} as const;

const laneMemory = {
  load8Lane: [0x54, 0],
  load16Lane: [0x55, 1],
  load32Lane: [0x56, 2],
  store32Lane: [0x5a, 2],
  store64Lane: [0x5b, 3],
} as const;

export type SimdOp = keyof typeof simd;

/** Appends instructions to a function's body. */
export interface Assembler {
  readonly code: Code;
  get(local: number): void;
  set(local: number): void;
  tee(local: number): void;
  /** Where the kernel's own memory begins. */
  base(): void;
  constant(value: number): void;
  scalar(op: keyof typeof scalar): void;
  simd(op: SimdOp): void;
  /** Scalar and v128 accesses at the address on the stack plus `offset` bytes. */
  access(op: keyof typeof memory, offset: number): void;
  vectorAccess(op: keyof typeof simdMemory, offset: number): void;
  laneAccess(op: keyof typeof laneMemory, offset: number, lane: number): void;
  /** A v128 of four times the same i32. */
  vector(value: number): void;
  /** A v128 of these bytes. */
  bytes(values: readonly number[]): void;
  /** Picks 16 of the 32 bytes of the two v128 words on the stack. */
  shuffle(bytes: readonly number[]): void;
  extract(lane: number): void;
  drop(): void;
  call(index: number): void;
  /** Opens a loop; `branchIf` back to its start while the i32 on the stack is not 0, then `end`. */
  loop(): void;
  branchIf(): void;
  /** Opens a block that runs if the i32 on the stack is not 0. */
  when(): void;
  end(): void;
}

/** An assembler that starts with an empty body. */
export function assembler(): Assembler {
  const code: Code = [];
  const prefixed = (opcode: number): void => {
    code.push(0xfd);
    unsignedLeb(code, opcode);
  };
  const place = (alignment: number, offset: number): void => {
    code.push(alignment);
    unsignedLeb(code, offset);
  };
  const local = (opcode: number, index: number): void => {
    code.push(opcode);
    unsignedLeb(code, index);
  };
  return {
    code,
    get: (index) => local(0x20, index),
    set: (index) => local(0x21, index),
    tee: (index) => local(0x22, index),
    base: () => void code.push(0x23, 0x00),
    constant(value) {
      code.push(0x41);
      signedLeb(code, value);
    },
    scalar: (op) => void code.push(scalar[op]),
    simd: (op) => prefixed(simd[op]),
    access(op, offset) {
      code.push(memory[op][0]);
      place(memory[op][1], offset);
    },
    vectorAccess(op, offset) {
      prefixed(simdMemory[op][0]);
      place(simdMemory[op][1], offset);
    },
    laneAccess(op, offset, lane) {
      prefixed(laneMemory[op][0]);
      place(laneMemory[op][1], offset);
      code.push(lane);
    },
    vector(value) {
      prefixed(0x0c);
      for (let lane = 0; lane < 4; lane++)
        for (let shift = 0; shift < 32; shift += 8) code.push((value >>> shift) & 0xff);
    },
    bytes(values) {
      prefixed(0x0c);
      code.push(...values);
    },
    shuffle(bytes) {
      prefixed(0x0d);
      code.push(...bytes);
    },
    extract(lane) {
      prefixed(0x1b);
      code.push(lane);
    },
    drop: () => void code.push(0x1a),
    call: (index) => local(0x10, index),
    loop: () => void code.push(0x03, 0x40),
    branchIf: () => void code.push(0x0d, 0x00),
    when: () => void code.push(0x04, 0x40),
    end: () => void code.push(0x0b),
  };
}
