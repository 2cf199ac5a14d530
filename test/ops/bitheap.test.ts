import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { datapath, vec, type Arguments } from '../../src/builder/index.js';
import { interpretRows, lint, simulateRows, verify, type Subject } from '../../src/cosim/index.js';
import { defaultsOf, formsOf, operatorSubject, type Arithmetic } from '../../src/flow/index.js';
import { int, uint, type Fixed } from '../../src/format/index.js';
import { topOf, type Port } from '../../src/ir/index.js';
import { dot, mac, type Operator } from '../../src/ops/index.js';
import { bitHeap, plainCells, simplify } from '../../src/pass/index.js';
import {
  adderCells,
  compileGates,
  parseTechnology,
  simulateGates,
  synthesize,
  type Netlist,
  type Technology,
} from '../../src/synth/index.js';

const recoded = { fullAdder: 1, and: 100, recoded: 0 };
const arithmetics: readonly Arithmetic[] = [
  { kind: 'bitheap' },
  { kind: 'bitheap', cells: { ...plainCells, inverts: true } },
  { kind: 'bitheap', cells: { ...plainCells, areas: recoded } },
];

/** An operator whose Verilog is a bit heap, while it is simulated as it is written. */
function subjectOf(operator: Operator, sample: Arguments, name: string, arithmetic: Arithmetic): Subject {
  const subject = operatorSubject(operator, { ...defaultsOf(operator), ...sample }, name, 0);
  return { ...subject, emitted: formsOf(subject.written, undefined, arithmetic).emitted };
}

describe('bit heaps in Verilog', () => {
  const fixed = { kind: 'fixed', signed: true, width: 6, fraction: 4 } as const;
  const dots: readonly Arguments[] = [
    { lanes: 3, a: uint(1), b: int(1) },
    { lanes: 4, a: int(2), b: uint(3) },
    { lanes: 2, a: uint(4), b: uint(6) },
    { lanes: 3, a: fixed, b: { ...fixed, signed: false, width: 5, fraction: 5 } },
  ];
  const macs: readonly Arguments[] = [
    { a: int(4), b: uint(5), terms: 100 },
    { a: int(5), b: int(5) },
  ];
  const heaps = (operator: Operator, samples: readonly Arguments[]): Subject[] =>
    samples.map((sample, index) =>
      subjectOf(operator, sample, `${operator.name}_${index}`, arithmetics[index % arithmetics.length]!),
    );
  const subjects = [...heaps(dot, dots), ...heaps(mac, macs)];

  it('agree under Verilator with the behavioural form, the interpreter and the reference', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'bitloom-test-'));
    const verdicts = await verify(subjects, { vectors: 1000, seed: 5, verilator: true, cache });
    rmSync(cache, { recursive: true });
    if (!verdicts.ok) throw new Error(verdicts.diagnostics.map((one) => one.message).join('\n'));
    for (const { subject, first, compared } of verdicts.value) {
      expect(first, subject).toBeUndefined();
      for (const engine of ['reference', 'interpreter', 'verilator'])
        expect(compared[engine], `${subject} ${engine}`).toBeGreaterThanOrEqual(900);
    }
  });

  it('instantiate the adders of rtl/ and lint clean', async () => {
    const { emitted } = subjects[3]!;
    expect(emitted.verilog.map(({ name }) => name)).toEqual(['full_adder.v', 'half_adder.v', 'dot_3.v']);
    for (const { name, emitted: each } of [subjects[0]!, subjects[3]!, subjects[4]!]) {
      const said = await lint(each);
      expect(said.ok && said.value, name).toEqual([]);
    }
  });
});

const small: readonly Fixed[] = [int(1), uint(1), int(2), uint(2), int(3), uint(3)];
const pairs = small.flatMap((a) => small.map((b) => ({ a, b })));

describe.each(arithmetics.map((arithmetic, index) => [index, arithmetic] as const))(
  'bit heap %i of small numbers',
  (_, arithmetic) => {
    it.each(pairs.map(({ a, b }) => [text(a), text(b), a, b] as const))(
      'is right for every pair of two %s and two %s',
      (_a, _b, a, b) => {
        const { written, optimised, reference } = formed(a, b, arithmetic);
        const { inputs } = topOf(written);
        const bits = inputs.reduce((sum, port) => sum + port.width, 0);
        const rows = Array.from({ length: 2 ** bits }, (_, word) => [
          BigInt(word % 2 ** inputs[0]!.width),
          BigInt(Math.floor(word / 2 ** inputs[0]!.width)),
        ]);
        const due = reference!();
        const wrong = simulateRows(optimised, rows).findIndex(
          ([word], k) => due(rows[k]!.map((each, i) => lanesOf(each, inputs[i]!)))[0]![0] !== word,
        );
        expect(wrong < 0 ? [] : rows[wrong]).toEqual([]);
      },
    );
  },
);

function text({ signed, width }: Fixed): string {
  return `${signed ? 'int' : 'uint'}(${width})`;
}

function formed(a: Fixed, b: Fixed, arithmetic: Arithmetic) {
  const { written, reference } = operatorSubject(dot, { ...defaultsOf(dot), lanes: 2, a, b }, 'small', 0);
  return { written, reference, optimised: formsOf(written, undefined, arithmetic).optimised };
}

function lanesOf(word: bigint, { width, lanes }: Port): bigint[] {
  const each = width / lanes;
  return Array.from({ length: lanes }, (_, k) => BigInt.asUintN(each, word >> BigInt(k * each)));
}

function technology(name: string): Technology {
  const file = `${name}.json`;
  const parsed = parseTechnology(file, readFileSync(`tech/${file}`, 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
}

/** The gates of an inner product that is mapped as a bit heap, compared with the definition on random words. */
async function mapped(name: string, a: Fixed, b: Fixed): Promise<Netlist> {
  const tech = technology(name);
  const subject = operatorSubject(dot, { ...defaultsOf(dot), lanes: 3, a, b }, 'inner', 0);
  const { emitted } = formsOf(subject.written, undefined, { kind: 'bitheap', cells: adderCells(tech) });
  const files = Object.fromEntries(emitted.verilog.map((file) => [file.name, file.text]));
  const made = await synthesize({ files, top: emitted.top }, tech);
  if (!made.ok) throw new Error(JSON.stringify(made.diagnostics));
  const gates = compileGates(made.value.netlist);
  if (!gates.ok) throw new Error(JSON.stringify(gates.diagnostics));
  const { inputs } = topOf(subject.written);
  const source = random(3);
  const streams = 640;
  const words = inputs.map((port) => Array.from({ length: streams }, () => source.word(port.width)));
  const given = Object.fromEntries(inputs.map((port, i) => [`${port.name}_i`, [words[i]!]]));
  const found = simulateGates(gates.value, { cycles: 1, streams, words: given }).words['y_o']![0]!;
  const reference = subject.reference!();
  found.forEach((word, k) =>
    expect(word).toBe(reference(inputs.map((port, i) => lanesOf(words[i]![k]!, port)))[0]![0]),
  );
  return made.value.netlist;
}

describe('bit heaps mapped to gates', () => {
  it.each(['asap7', 'freepdk45', 'sky130'])('use the adder cells of %s', async (name) => {
    const netlist = await mapped(name, int(5), uint(4));
    const { fullAdder } = technology(name).roles;
    const adders = netlist.instances.filter(({ cell }) => cell.name === fullAdder!.cell);
    expect(adders.length).toBeGreaterThan(25);
  });

  it('are made of gates where a technology has no adders', async () => {
    expect(adderCells(technology('sg13g2'))).toBeUndefined();
    expect((await mapped('sg13g2', int(3), int(3))).instances.length).toBeGreaterThan(30);
  });

  it('need no inverters between adders that invert', async () => {
    const netlist = await mapped('asap7', uint(6), uint(6));
    const inverters = netlist.instances.filter(({ cell }) => cell.name.startsWith('INV'));
    expect(inverters.length).toBeLessThan(25);
  });
});

describe('constant factors', () => {
  const weights = [93n, -93n, 45n, 45n, 0n, 1n, -128n, 77n];
  const filter = datapath('filter', 'A sum with constant weights.', {}, (d) => {
    const x = d.in('x', vec(int(8), weights.length));
    const terms = weights.map((weight, k) => d.mul(d.element(x, k), d.literal(weight)));
    d.out(
      'y',
      terms.reduce((sum, term) => d.add(sum, term)),
    );
  });
  const written = filter.elaborate({});
  if (!written.ok) throw new Error('the filter has a fault');
  const before = simplify(written.value);
  const after = bitHeap().run(before);

  it('become shifts and adds', () => {
    expect(topOf(before).nodes.some(({ kind }) => kind === 'mul')).toBe(true);
    expect(topOf(after).nodes.some(({ kind }) => kind === 'mul')).toBe(false);
    const source = random(2);
    const rows = Array.from({ length: 300 }, () => [source.word(8 * weights.length)]);
    expect(interpretRows(after, rows)).toEqual(interpretRows(before, rows));
  });

  it('share what they have in common', () => {
    const shared = topOf(after).nodes.filter(({ name }) => name?.startsWith('shared'));
    expect(shared.length).toBeGreaterThan(0);
  });
});
