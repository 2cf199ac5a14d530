import { describe, expect, it } from 'vitest';
import { random, type Random } from '../../src/base/index.js';
import { compileBits, type BitExpression, type BitNetwork, type BitPort } from '../../src/sim/index.js';

/** A network of random gates behind ports of the given widths; states read any net and themselves. */
function randomNetwork(r: Random, widths: readonly number[], gates: number, states: number): BitNetwork {
  let nets = 0;
  const inputs = widths.map((width, i): BitPort => ({
    name: `i${i}`,
    bits: Array.from({ length: width }, () => nets++),
  }));
  const first = nets;
  const expression = (depth: number, below: number, state?: number): BitExpression => {
    const kind = depth === 0 ? 1 + r.below(9) : r.below(16);
    if (kind === 0) return { kind: 'constant', value: r.below(2) === 1 };
    if (kind < 8) return { kind: 'net', net: r.below(below) };
    if (kind < 10)
      return states === 0
        ? { kind: 'net', net: r.below(below) }
        : { kind: 'state', state: state ?? r.below(states) };
    if (kind < 12) return { kind: 'not', of: expression(depth - 1, below, state) };
    const [left, right] = [expression(depth - 1, below, state), expression(depth - 1, below, state)];
    return { kind: (['and', 'or', 'xor', 'and'] as const)[kind - 12]!, left, right };
  };
  const made = Array.from({ length: gates }, () => ({ net: nets, value: expression(3, nets++) }));
  const bit = (): number | 'zero' | 'one' => {
    const kind = r.below(12);
    return kind === 0 ? 'zero' : kind === 1 ? 'one' : kind === 2 ? r.below(first) : r.below(nets);
  };
  const outputs = [1, 9, 33].map((width, i): BitPort => ({
    name: `o${i}`,
    bits: Array.from({ length: width }, bit),
  }));
  const next = Array.from({ length: states }, (_, state) => expression(2, nets, state));
  return { nets, inputs, outputs, gates: made, states: next };
}

/** One stream, a cycle at a time, on single bits: `force` gives the value of a net that is forced. */
function reference(network: BitNetwork, force: (net: number) => boolean | undefined) {
  let states = network.states.map(() => false);
  let before: boolean[] | undefined;
  const toggles = Array.from({ length: network.nets }, () => 0);
  return {
    toggles,
    step(inputs: Readonly<Record<string, bigint>>): Record<string, bigint> {
      const nets = Array.from({ length: network.nets }, () => false);
      const value = (e: BitExpression): boolean => {
        switch (e.kind) {
          case 'constant':
            return e.value;
          case 'net':
            return nets[e.net]!;
          case 'state':
            return states[e.state]!;
          case 'not':
            return !value(e.of);
          case 'and':
            return value(e.left) && value(e.right);
          case 'or':
            return value(e.left) || value(e.right);
          case 'xor':
            return value(e.left) !== value(e.right);
        }
      };
      for (const { name, bits } of network.inputs)
        bits.forEach((net, k) => (nets[net as number] = ((inputs[name]! >> BigInt(k)) & 1n) === 1n));
      for (const { bits } of network.inputs)
        for (const net of bits as number[]) nets[net] = force(net) ?? nets[net]!;
      for (const gate of network.gates) nets[gate.net] = force(gate.net) ?? value(gate.value);
      before?.forEach((was, net) => (toggles[net]! += was === nets[net] ? 0 : 1));
      before = nets;
      states = network.states.map(value);
      const words = network.outputs.map(({ name, bits }) => {
        const ones = bits.map((bit) => (typeof bit === 'number' ? nets[bit]! : bit === 'one'));
        return [name, ones.reduceRight((word, one) => (word << 1n) | (one ? 1n : 0n), 0n)] as const;
      });
      return Object.fromEntries(words);
    },
  };
}

describe('circuits of single bits', () => {
  it.each([
    { widths: [1], gates: 3, states: 0, streams: 1, cycles: 1 },
    { widths: [3, 8, 9], gates: 40, states: 5, streams: 130, cycles: 5 },
    { widths: [16, 17, 70], gates: 700, states: 30, streams: 140, cycles: 3 },
    { widths: [2], gates: 12, states: 3, streams: 20, cycles: 70 },
  ])('$gates gates and $states states in $streams streams', ({ widths, gates, states, streams, cycles }) => {
    const r = random(gates);
    const network = randomNetwork(r, widths, gates, states);
    const forced = Array.from({ length: 6 }, () => r.below(network.nets));
    const simulator = compileBits(network, forced);
    const inputs = Array.from({ length: cycles }, () =>
      Array.from({ length: streams }, () =>
        Object.fromEntries(network.inputs.map(({ name, bits }) => [name, r.word(bits.length)])),
      ),
    );
    for (const faulty of [false, true]) {
      simulator.allocate({ cycles, streams, toggles: true });
      const forces = new Map<string, 0 | 1>();
      if (faulty)
        for (const net of forced)
          for (const stream of [0, streams - 1, r.below(streams)]) {
            forces.set(`${net} ${stream}`, r.below(2) === 0 ? 0 : 1);
            simulator.force(net, stream, forces.get(`${net} ${stream}`));
          }
      for (let cycle = 0; cycle < cycles; cycle++)
        for (let stream = 0; stream < streams; stream++)
          for (const [name, word] of Object.entries(inputs[cycle]![stream]!))
            simulator.setWord(name, cycle, stream, word);
      simulator.run();
      simulator.run();
      const toggles = Array.from({ length: network.nets }, () => 0);
      for (let stream = 0; stream < streams; stream++) {
        const one = reference(network, (net) => {
          const value = forces.get(`${net} ${stream}`);
          return value === undefined ? undefined : value === 1;
        });
        for (let cycle = 0; cycle < cycles; cycle++) {
          const expected = one.step(inputs[cycle]![stream]!);
          const found = network.outputs.map(({ name }) => [name, simulator.word(name, cycle, stream)]);
          expect(Object.fromEntries(found), `cycle ${cycle} stream ${stream}`).toEqual(expected);
        }
        one.toggles.forEach((count, net) => (toggles[net]! += count));
      }
      expect([...simulator.toggles()]).toEqual(toggles);
    }
    for (const net of forced)
      for (let stream = 0; stream < streams; stream++) simulator.force(net, stream, undefined);
  });

  it('refuses what cannot be', () => {
    const network = randomNetwork(random(1), [2], 2, 0);
    const simulator = compileBits(network);
    expect(() => simulator.run()).toThrow('no buffers');
    expect(() => simulator.force(0, 0, 1)).toThrow('not among the forced');
    expect(() => simulator.allocate({ cycles: 1, streams: 0 })).toThrow(RangeError);
    simulator.allocate({ cycles: 1, streams: 1 });
    expect(() => simulator.input('x')).toThrow('no port x');
  });
});
