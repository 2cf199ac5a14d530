import { expect, test } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import {
  evaluate,
  floatTensor,
  int64Tensor,
  prepare,
  readOnnx,
  tensorOf,
  writeOnnx,
  type Attribute,
  type Network,
  type Node,
  type Tensor,
} from '../../src/nn/index.js';
import { makers } from './operator-cases.js';

/** Changes some bytes, moves, doubles, drops or inserts some. */
function damaged(bytes: Uint8Array, r: Random): Uint8Array {
  let out = Array.from(bytes);
  for (let count = 1 + r.below(4); count > 0; count--) {
    const at = r.below(out.length);
    const kind = r.below(6);
    if (kind === 0) out[at] = r.below(256);
    if (kind === 1) out[at]! ^= 1 << r.below(8);
    if (kind === 2) out.splice(at, 1 + r.below(8));
    if (kind === 3) out.splice(at, 0, ...Array.from({ length: 1 + r.below(6) }, () => r.below(256)));
    if (kind === 4) out.splice(at, 0, ...out.slice(at, at + r.below(30)));
    if (kind === 5) out = out.slice(0, Math.max(1, out.length - r.below(20)));
  }
  return Uint8Array.from(out);
}

/** A small network of one operator, all its inputs but the first constant. */
function oneNode(op: string, r: Random): Network {
  const one = makers[op]!(r);
  const names = one.inputs.map((tensor, i) => (tensor ? `i${i}` : ''));
  const outputs = Array.from({ length: one.outputs ?? 1 }, (_, i) => `y${i}`);
  const entries = one.inputs.flatMap((tensor, i) => (tensor ? [[names[i]!, tensor] as const] : []));
  const given = entries.filter(([name, { type }]) => name === 'i0' && type === 'float32');
  return {
    name: op,
    producer: 'test',
    opset: one.opset ?? 13,
    inputs: given.map(([name, { type, dims }]) => ({ name, type, dims })),
    outputs: outputs.map((name) => ({ name, type: 'float32' })),
    initialisers: new Map(entries.filter((entry) => !given.includes(entry))),
    nodes: [
      { name: 'node', op, attributes: new Map(Object.entries(one.attributes ?? {})), inputs: names, outputs },
    ],
    metadata: new Map(),
  };
}

/** Reads, prepares and runs: each step may refuse, none may throw. */
async function survive(bytes: Uint8Array): Promise<'read' | 'prepared' | 'run' | 'refused'> {
  const read = await readOnnx(bytes, 'damaged.onnx');
  if (!read.ok) return told(read.diagnostics, 'refused');
  const prepared = prepare(read.value);
  if (!prepared.ok) return told(prepared.diagnostics, 'read');
  const inputs = new Map<string, Tensor>();
  for (const { name, type, dims } of read.value.inputs) {
    const sizes = (dims ?? []).map((size, i) => (i === 0 && typeof size !== 'number' ? 2 : Number(size)));
    if (sizes.some((size) => !(size >= 0)) || sizes.reduce((a, b) => a * b, 1) > 1e6) return 'prepared';
    inputs.set(name, tensorOf(/float/.test(type) ? 'float32' : type, sizes, []));
  }
  const run = evaluate(prepared.value, inputs);
  return run.ok ? 'run' : told(run.diagnostics, 'prepared');
}

function told<T>(diagnostics: readonly { readonly message: string }[], state: T): T {
  expect(diagnostics.length).toBeGreaterThan(0);
  expect(Math.max(...diagnostics.map(({ message }) => message.length))).toBeLessThan(2000);
  return state;
}

const rounds = Number(process.env['CASES'] ?? 25);

test('damaged models of every operator are refused or run, and never more', async () => {
  const ends = new Map<string, number>();
  for (const [place, op] of Object.keys(makers).entries()) {
    for (let seed = 0; seed < rounds; seed++) {
      const r = random(seed * 1000 + place);
      const bytes = await writeOnnx(oneNode(op, r));
      const broken = damaged(bytes, r);
      const end = await survive(broken).catch((error: unknown) => {
        throw new Error(`${op}, seed ${seed}: ${Buffer.from(broken).toString('hex')}`, { cause: error });
      });
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  }
  // The damage must reach every step, or nothing is tried.
  expect([...ends.keys()].sort()).toEqual(expect.arrayContaining(['read', 'refused', 'run']));
});

/** Any attribute values, also such that no exporter writes. */
function wild(attribute: Attribute, r: Random): Attribute {
  const numbers = [0, 1, -1, 2, 3, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53, -(2 ** 53), NaN, Infinity];
  const number = (): number => numbers[r.below(numbers.length)]!;
  const whole = (): number => Math.trunc(Number.isFinite(number()) ? numbers[r.below(10)]! : 7);
  switch (attribute.kind) {
    case 'int':
      return { kind: 'int', value: whole() };
    case 'float':
      return { kind: 'float', value: number() };
    case 'ints':
      return { kind: 'ints', value: Array.from({ length: r.below(6) }, whole) };
    default:
      return attribute;
  }
}

/** Other tensors in the place of constants: of other types, dimensions and wild numbers. */
function wildTensor(r: Random): Tensor {
  const dims = Array.from({ length: r.below(4) }, () => r.below(4));
  const size = dims.reduce((a, b) => a * b, 1);
  const numbers = Array.from({ length: size }, () => [0, 1, -1, 2, 5, 1e9, -1e9, 2 ** 40, 0.5][r.below(9)]!);
  if (r.below(2) === 0) return { ...int64Tensor(numbers.map(Math.trunc)), dims };
  return r.below(2) === 0
    ? floatTensor(dims, Float32Array.from(numbers))
    : tensorOf((['bool', 'uint8', 'int8', 'int32'] as const)[r.below(4)]!, dims, numbers);
}

test('wild attributes and constants are refused or run', async () => {
  for (const [place, op] of Object.keys(makers).entries()) {
    for (let seed = 0; seed < 2 * rounds; seed++) {
      const r = random(seed * 1000 + place);
      const network = oneNode(op, r);
      const change = (node: Node): Node => ({
        ...node,
        attributes: new Map(
          [...node.attributes].map(([name, one]) => [name, r.below(2) ? wild(one, r) : one]),
        ),
      });
      const initialisers = new Map(
        [...network.initialisers].map(([name, one]) => [name, r.below(2) ? wildTensor(r) : one]),
      );
      const bytes = await writeOnnx({ ...network, nodes: network.nodes.map(change), initialisers });
      await survive(bytes).catch((error: unknown) => {
        throw new Error(`${op}, seed ${seed}`, { cause: error });
      });
    }
  }
});
