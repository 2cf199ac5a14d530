import { describe, expect, it } from 'vitest';
import { random } from '../../src/base/index.js';
import { missedKinds, type MissedKind } from '../../src/robust/gates/missed.js';
import type { BitExpression, BitNetwork } from '../../src/sim/index.js';

/** Random gates over two inputs and two states that feed back; some lines are redundant, and some states out of reach. */
function circuit(seed: number): BitNetwork {
  const source = random(seed);
  const gates: { net: number; value: BitExpression }[] = [];
  const nets = [0, 1];
  const pick = (): BitExpression => ({ kind: 'net', net: nets[source.below(nets.length)]! });
  const drive = (value: BitExpression): void => {
    gates.push({ net: nets.length, value });
    nets.push(nets.length);
  };
  drive({ kind: 'state', state: 0 });
  drive({ kind: 'state', state: 1 });
  for (let k = 0; k < 12; k++) {
    const kind = (['and', 'or', 'xor', 'not'] as const)[source.below(4)]!;
    drive(kind === 'not' ? { kind, of: pick() } : { kind, left: pick(), right: pick() });
  }
  const states = [pick(), pick()];
  return {
    ...{ nets: nets.length, gates, states },
    inputs: [{ name: 'x', bits: [0, 1] }],
    outputs: [{ name: 'y', bits: [nets.length - 1, nets.length - 3] }],
  };
}

interface Fault {
  readonly net: number;
  readonly value: 0 | 1;
}

/** A cycle, evaluated gate by gate: outputs and next state as numbers. */
function cycle({ nets, gates, states, outputs }: BitNetwork, input: number, state: number, fault?: Fault) {
  const bits = new Array<boolean>(nets).fill(false);
  const put = (net: number, value: boolean): void => {
    bits[net] = net === fault?.net ? fault.value === 1 : value;
  };
  const of = (e: BitExpression): boolean => {
    if (e.kind === 'constant') return e.value;
    if (e.kind === 'net') return bits[e.net]!;
    if (e.kind === 'state') return ((state >> e.state) & 1) === 1;
    if (e.kind === 'not') return !of(e.of);
    if (e.kind === 'and') return of(e.left) && of(e.right);
    return e.kind === 'or' ? of(e.left) || of(e.right) : of(e.left) !== of(e.right);
  };
  put(0, (input & 1) === 1);
  put(1, (input & 2) === 2);
  for (const { net, value } of gates) put(net, of(value));
  const word = (list: readonly boolean[]): number =>
    list.reduce((sum, bit, i) => sum + (bit ? 2 ** i : 0), 0);
  const shown = word(outputs[0]!.bits.map((net) => bits[net as number]!));
  return { output: shown, next: word(states.map(of)) };
}

/** The least cycles from power-up in which some inputs show a fault; none where none do. */
function depthOf(network: BitNetwork, fault: Fault): number | undefined {
  let open = [[0, 0]];
  const seen = new Set(['0 0']);
  for (let depth = 1; open.length > 0; depth++) {
    const next: number[][] = [];
    for (const [good, bad] of open)
      for (const input of [0, 1, 2, 3]) {
        const [a, b] = [cycle(network, input, good!), cycle(network, input, bad!, fault)];
        if (a.output !== b.output) return depth;
        const key = `${a.next} ${b.next}`;
        if (!seen.has(key)) next.push([a.next, b.next]);
        seen.add(key);
      }
    open = next;
  }
  return undefined;
}

function neverWrong(network: BitNetwork, fault: Fault): boolean {
  return [0, 1, 2, 3].every((state) =>
    [0, 1, 2, 3].every((input) => {
      const [a, b] = [cycle(network, input, state), cycle(network, input, state, fault)];
      return a.output === b.output && a.next === b.next;
    }),
  );
}

describe('stuck lines that were not seen', () => {
  const cycles = 6;
  // The stimulus is one cycle of zeros, so its corners are few, and searches have most of the work.
  const stimulus = { cycles: 1, streams: 1, words: { x: [[0n]] } };
  const options = { stimulus, warmUp: 0, held: {}, conflicts: 1000, cycles, seed: 1 };

  it('are redundant, shown by other inputs, or open as trying everything says', () => {
    const counts: Record<MissedKind, number> = { redundant: 0, shown: 0, open: 0 };
    for (let seed = 1; seed <= 40; seed++) {
      const network = circuit(seed);
      const faults = Array.from({ length: network.nets }, (_, net) =>
        ([0, 1] as const).map((value) => ({ net, value })),
      ).flat();
      const kinds = missedKinds(network, faults, options);
      faults.forEach((fault, i) => {
        const depth = depthOf(network, fault);
        const kind = kinds[i]!;
        counts[kind]++;
        const name = `${seed}: ${fault.net}/${fault.value}`;
        expect(kind === 'redundant', name).toBe(neverWrong(network, fault));
        if (kind === 'shown') expect(depth, name).toBeDefined();
        if (kind === 'open') expect(depth ?? Infinity, name).toBeGreaterThan(cycles);
      });
    }
    for (const kind of ['redundant', 'shown', 'open'] as const) expect(counts[kind], kind).toBeGreaterThan(5);
  });

  it('are not shown by inputs that are held', () => {
    const network: BitNetwork = {
      ...{ nets: 3, inputs: [{ name: 'x', bits: [0, 1] }], states: [] },
      outputs: [{ name: 'y', bits: [2] }],
      gates: [
        { net: 2, value: { kind: 'and', left: { kind: 'net', net: 0 }, right: { kind: 'net', net: 1 } } },
      ],
    };
    const fault = [{ net: 2, value: 0 }] as const;
    expect(missedKinds(network, fault, options)).toEqual(['shown']);
    expect(missedKinds(network, fault, { ...options, held: { x: 1n } })).toEqual(['open']);
  });
});
