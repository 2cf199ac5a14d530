import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { resolve } from '../../src/builder/index.js';
import { int, uint } from '../../src/format/index.js';
import { heteroMac, heteroMacLoaded } from '../../src/ops/index.js';
import { encode, layerOf, planesOf, run, type Words } from './hetero-run.js';

describe('hetero_mac', () => {
  const source = random(6);
  const layer = layerOf(2 * 11, 2, 3, source);
  const lanes = 4;
  /** How many planes each chunk of each output has. */
  const depths = [0, 11].map((row) =>
    [0, 4, 8].map((from) => Math.max(...layer.bits.slice(row + from, row + Math.min(from + 4, 11)))),
  );

  it('takes a cycle for each plane of each chunk, and gives what hetero_dot gives', () => {
    const activations = Array.from({ length: 11 }, () => source.below(16) - 8);
    const chunk = (from: number): bigint[] =>
      Array.from({ length: lanes }, (_, k) => encode(activations[from + k] ?? 5, int(4)));
    const words = depths.flatMap((own) =>
      own.flatMap((depth, k) => Array<readonly Words[]>(depth).fill([chunk(4 * k), [1n]])),
    );
    const nothing = [chunk(0), [0n]];
    const found = run(heteroMac, { ...layer, lanes, a: int(4) }, [nothing, ...words, nothing, nothing]);
    const done = found.flatMap(([, flag], cycle) => (flag![0] === 1n ? [cycle] : []));
    const [first, second] = depths.map((own) => own.reduce((sum, depth) => sum + depth, 0));
    expect(done).toEqual([1 + first!, 1 + first! + second!]);
    const due = planesOf(layer, activations);
    expect(done.flatMap((cycle) => found[cycle]![0]!.map(Number))).toEqual(due);
    const ready = found.map(([, , flag]) => flag![0] === 1n);
    expect(ready.slice(1, 1 + words.length)).toEqual(
      depths.flatMap((own) =>
        own.flatMap((depth) => Array.from({ length: depth }, (_, k) => k === depth - 1)),
      ),
    );
  });

  it('waits for valid chunks, and begins anew behind the last output', () => {
    const p = { bits: [2, 1], signs: [3, 0], lanes: 1, a: uint(2), scale: [10, 1] };
    const values = [3n, 3n, 3n, 2n];
    const valid = [0n, 0n, 1n, 0n, 1n, 1n, 0n, 1n, 1n, 1n, 0n];
    let taken = 0;
    const cycles = valid.map((flag) => {
      const value = values[taken % 3 === 2 ? 3 : 0]!;
      if (flag === 1n) taken++;
      return [[value], [flag]];
    });
    const found = run(heteroMac, p, cycles);
    expect(found.flatMap(([y, done], cycle) => (done![0] === 1n ? [[cycle, Number(y![0])]] : []))).toEqual([
      [6, 33 - 20],
      [10, 33 - 20],
    ]);
  });
});

describe('hetero_mac_loaded', () => {
  const p = { lanes: 2, planes: 2, words: 4, a: int(4) };
  const idle = { valid: 0n, restart: 0n, load: 0n, step: [0n, 0n, 0n, 0n, 0n] };
  type Cycle = Partial<typeof idle> & { readonly a?: Words };
  const ports = ({ a = [0n, 0n], ...rest }: Cycle): Words[] => {
    const { valid, restart, load, step } = { ...idle, ...rest };
    return [a, [valid], [restart], [load], ...step.map((word) => [word])];
  };
  /** sign, mask, plane, end of chunk, end of sum: a chunk of two planes. */
  const program = [
    [0b01n, 0b11n, 0n, 0n, 0n],
    [0b10n, 0b10n, 1n, 1n, 1n],
  ];
  const load = program.map((step) => ({ load: 1n, step }));
  const use = (x: number, y: number): Cycle => ({ valid: 1n, a: [encode(x, int(4)), encode(y, int(4))] });
  const sums = (cycles: readonly Cycle[]): (number | string)[][] =>
    run(heteroMacLoaded, p, cycles.map(ports)).map((row) => [
      ...row[0]!.map(Number),
      ['', 'done'][Number(row[1]![0])]!,
      ['', 'ready'][Number(row[2]![0])]!,
    ]);

  it('runs the program that it was given', () => {
    const found = sums([...load, {}, use(7, -8), use(7, -8), use(-1, 2), use(-1, 2), {}]);
    expect(found.slice(4)).toEqual([
      [15, 0, '', 'ready'],
      [15, -8, 'done', ''],
      [-3, 0, '', 'ready'],
      [-3, 2, 'done', ''],
    ]);
  });

  it('takes no step of an empty program, and none that comes after the memory is full', () => {
    expect(sums([use(1, 1), use(1, 1), use(1, 1)])).toEqual(Array(3).fill([0, 0, '', '']));
    const one = { load: 1n, step: [0b11n, 0b01n, 0n, 1n, 0n] };
    const end = { load: 1n, step: [0b11n, 0b01n, 0n, 1n, 1n] };
    const found = sums([one, one, one, end, one, {}, ...Array<Cycle>(5).fill(use(3, 0)), {}]);
    expect(found.map(([sum, , done]) => `${sum}${done}`).slice(6)).toEqual([
      '0',
      '3',
      '6',
      '9',
      '12done',
      '3',
    ]);
  });

  it('has room for the greatest sum of a full program', () => {
    const step = { load: 1n, step: [0b00n, 0b11n, 0n, 1n, 0n] };
    const end = { load: 1n, step: [0b00n, 0b11n, 0n, 1n, 1n] };
    const found = sums([step, step, step, end, {}, ...Array<Cycle>(4).fill(use(-8, -8)), {}]);
    expect(found.at(-1)).toEqual([64, 0, 'done', 'ready']);
  });

  it('forgets its program at a restart', () => {
    const other = { load: 1n, step: [0b11n, 0b11n, 1n, 1n, 1n] };
    const again = [{ restart: 1n }, other, {}, use(2, 3), {}];
    const found = sums([...load, {}, use(7, -8), ...again]);
    expect(found.at(-1)).toEqual([0, 5, 'done', 'ready']);
  });

  it('agrees with its reference over long programs that are loaded while it runs', () => {
    const source = random(8);
    const unit = { lanes: 5, planes: 3, words: 40, a: uint(2), bipolar: true, scale: [7, 3, 1] };
    const cycles = Array.from({ length: 6000 }, () => {
      const flag = (one: number): Words => [source.below(one) === 0 ? 1n : 0n];
      const a = Array.from({ length: 5 }, () => source.word(2));
      const step = [[source.word(5)], [source.word(5)], [source.word(2)], flag(2), flag(4)];
      return [a, [source.word(1)], flag(400), flag(3), ...step];
    });
    const values = resolve(heteroMacLoaded.parameters, unit);
    const step = values.ok ? heteroMacLoaded.reference(values.value) : undefined;
    const due = cycles.map((words) => step!(words));
    const found = run(heteroMacLoaded, unit, cycles);
    const bits = BigInt(Math.max(1, ...due.map(([y]) => y![0]!.toString(2).length)));
    const word = (y: bigint): bigint => BigInt.asUintN(Number(bits), y);
    found.forEach(([y, done, ready], k) =>
      expect([word(y![0]!), done, ready]).toEqual([due[k]![0]![0], due[k]![1], due[k]![2]]),
    );
    expect(due.filter(([, done]) => done![0] === 1n).length).toBeGreaterThan(200);
  });
});
