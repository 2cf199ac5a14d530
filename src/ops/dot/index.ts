import { elementsOf, vec, vectorOf, type Arguments, type Type, type Value } from '../../builder/index.js';
import type { Diagnostic } from '../../base/index.js';
import { int, uint } from '../../format/index.js';
import { elementFormat, fixedOf, integerOf } from '../arguments.js';
import type { Operator } from '../operator.js';
import { buildDot } from './build.js';
import { buildPacked } from './packed.js';
import { blocks, centringOf, type BlockName } from './packing.js';
import { doesNotPack, nothingToPack } from './problems.js';
import { dotReference, dotType } from './reference.js';

/** The inner product of two vectors, exact; or of one vector with each of several, which may share multipliers. */
export const dot: Operator = {
  name: 'dot',
  about:
    'The exact inner product of two vectors, or of one with each of several: every product and the sum at full width.',
  parameters: [
    { kind: 'integer', name: 'lanes', about: 'elements of each vector', least: 1, most: 1024, default: 16 },
    { kind: 'format', of: 'fixed', name: 'a', about: 'format of the elements of a', default: int(8) },
    { kind: 'format', of: 'fixed', name: 'b', about: 'format of the elements of b', default: int(8) },
    {
      kind: 'integer',
      name: 'rows',
      about: 'vectors in b, with an inner product each; 0 where b is one vector and not a list of them',
      least: 0,
      most: 256,
      default: 0,
    },
    {
      kind: 'choice',
      name: 'pack',
      about: 'the multiplier of an FPGA that products of several rows with the same element of a share',
      options: ['none', ...Object.keys(blocks)],
      default: 'none',
    },
  ],
  infer: ([a, b]) => ({
    ...(a?.kind === 'vector' && { lanes: a.length }),
    ...elementFormat('a', a),
    ...(isMatrix(b) ? { rows: b.length, ...elementFormat('b', b.element) } : elementFormat('b', b)),
  }),
  ports: (p) => ({
    inputs: [
      { name: 'a', type: vec(fixedOf(p, 'a'), integerOf(p, 'lanes')) },
      { name: 'b', type: inRows(p, vec(fixedOf(p, 'b'), integerOf(p, 'lanes'))) },
    ],
    outputs: [{ name: 'y', type: inRows(p, typeOf(p)) }],
  }),
  rules: packRules,
  latency: () => 0,
  macs: (p) => integerOf(p, 'lanes') * Math.max(1, integerOf(p, 'rows')),
  reference: (p) => dotReference(fixedOf(p, 'a'), fixedOf(p, 'b'), typeOf(p)),
  build: (datapath, p, [a, b]) => [build(datapath, p, a!, b!)],
  samples: [
    {},
    { lanes: 1 },
    { lanes: 3, a: uint(1), b: int(1) },
    { lanes: 4, a: int(2), b: uint(3) },
    { lanes: 5, a: uint(4), b: uint(8) },
    { lanes: 7, a: int(16), b: int(5) },
    { lanes: 2, a: int(32), b: int(32) },
    { lanes: 64, a: int(4), b: int(4) },
    {
      lanes: 3,
      a: { kind: 'fixed', signed: true, width: 8, fraction: 4 },
      b: { kind: 'fixed', signed: false, width: 6, fraction: 6 },
    },
    { lanes: 3, rows: 1 },
    { lanes: 2, rows: 3, a: uint(5), b: int(3) },
    { lanes: 16, rows: 2, pack: 'dsp48e2' },
    { lanes: 5, rows: 3, a: uint(8), pack: 'dsp48e2' },
    { lanes: 9, rows: 2, a: uint(8), b: uint(8), pack: 'dsp48e1' },
    { lanes: 6, rows: 4, a: int(4), b: int(4), pack: 'dsp48e2' },
    { lanes: 3, rows: 4, a: uint(4), b: uint(4), pack: 'dsp48e2' },
    { lanes: 1, rows: 4, a: int(3), b: uint(3), pack: 'dsp48e2' },
    { lanes: 2, rows: 5, a: uint(1), b: int(1), pack: 'dsp48e1' },
    { lanes: 40, rows: 2, a: int(18), b: int(2), pack: 'dsp48e2' },
    {
      lanes: 3,
      rows: 4,
      a: { kind: 'fixed', signed: false, width: 4, fraction: 1 },
      b: { kind: 'fixed', signed: true, width: 4, fraction: 3 },
      pack: 'dsp48e2',
    },
  ],
};

function isMatrix(type: Type | undefined): type is Extract<Type, { kind: 'vector' }> {
  return type?.kind === 'vector' && type.element.kind === 'vector';
}

/** As many of a type as there are rows; the type itself for one vector. */
function inRows(p: Arguments, type: Type): Type {
  const rows = integerOf(p, 'rows');
  return rows === 0 ? type : vec(type, rows);
}

/** The multiplier that products share, if any. */
function blockOf(p: Arguments): BlockName | undefined {
  const pack = p['pack'] as BlockName | 'none';
  return pack === 'none' ? undefined : pack;
}

function packRules(p: Arguments): Diagnostic[] {
  const pack = blockOf(p);
  const rows = integerOf(p, 'rows');
  if (!pack) return [];
  if (rows < 2) return [nothingToPack(pack, rows)];
  const [a, b] = [fixedOf(p, 'a'), fixedOf(p, 'b')];
  return centringOf(a, b, rows, blocks[pack]) ? [] : [doesNotPack(pack, blocks[pack], a, b)];
}

function build(datapath: Parameters<Operator['build']>[0], p: Arguments, a: Value, b: Value): Value {
  const to = typeOf(p);
  if (integerOf(p, 'rows') === 0) return buildDot(datapath, a, b, to);
  const [rows, pack] = [elementsOf(b), blockOf(p)];
  const formats = { a: fixedOf(p, 'a'), b: fixedOf(p, 'b'), to };
  return vectorOf(
    to,
    pack
      ? buildPacked(datapath, a, rows, formats, blocks[pack])
      : rows.map((row) => buildDot(datapath, a, row, to)),
  );
}

function typeOf(p: Arguments) {
  return dotType(fixedOf(p, 'a'), fixedOf(p, 'b'), integerOf(p, 'lanes'));
}
