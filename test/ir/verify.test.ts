import { expect, test } from 'vitest';
import { draft, verifyDesign, type Design, type Module, type Node, type Port } from '../../src/ir/index.js';

const port = (name: string, width: number): Port => ({
  name,
  width,
  lanes: 1,
  signed: false,
  format: `uint(${width})`,
});

function child(): Module {
  const d = draft('child');
  d.output(port('y', 4), d.not(d.input(port('x', 4))));
  return d.finish('Inverts.');
}

/** A module with a node of every kind; ids are named so that faults can be put in. */
function sound(): { design: Design; ids: Record<string, number> } {
  const inner = child();
  const d = draft('top');
  const [a, b, bit] = [d.input(port('a', 8)), d.input(port('b', 8)), d.input(port('bit', 1))];
  const ram = d.memory({ name: 'ram', width: 8, depth: 4, synchronous: true, contents: [] });
  const ids = {
    a,
    const: d.constant(3n, 8),
    not: d.not(a),
    binary: d.binary('add', a, b),
    mul: d.mul(a, b, true),
    compare: d.compare('lt', a, b, false),
    shift: d.shift('left', a, b, false),
    mux: d.mux(bit, a, b),
    slice: d.slice(a, 2, 4),
    concat: d.concat([a, bit]),
    extend: d.extend(a, 12, true),
    reduce: d.reduce('or', a),
    reg: d.reg(8),
    read: d.read(ram, b),
    write: -1,
    output: -1,
  };
  d.connect(ids.reg, a, { enable: bit, reset: { by: d.reset(), to: 1n } });
  d.write(ram, b, a, bit);
  ids.output = d.instance(inner, [ids.slice])[0]!;
  ids.write = ids.output - 2;
  d.output(port('y', 8), ids.reg);
  return { design: { top: 'top', modules: [inner, d.finish('One of each.')] }, ids };
}

/** The faults of the sound design with fields of one node changed. */
function faultsWith(name: string, change: object): string[] {
  const { design, ids } = sound();
  const top = design.modules[1]!;
  const nodes = top.nodes.map((node, id) => (id === ids[name] ? ({ ...node, ...change } as Node) : node));
  return verifyDesign({ ...design, modules: [design.modules[0]!, { ...top, nodes }] });
}

function faultsOf(change: Partial<Module>): string[] {
  const { design } = sound();
  return verifyDesign({ ...design, modules: [design.modules[0]!, { ...design.modules[1]!, ...change }] });
}

test('a sound design has no faults', () => {
  expect(verifyDesign(sound().design)).toEqual([]);
});

test.each([
  ['not', { a: 999 }, 'reads %999, which is not there'],
  ['not', { a: -1 }, 'reads %-1, which is not there'],
  ['not', { a: 6 }, 'which comes later'],
  ['not', { width: 9 }, 'where 9 are due'],
  ['not', { width: 0 }, 'has no bits'],
  ['const', { value: 256n }, 'value beyond its width'],
  ['const', { value: -1n }, 'value beyond its width'],
  ['binary', { b: 2 }, 'reads %2 of 1 bits where 8 are due'],
  ['mul', { width: 15 }, 'not as wide as its product'],
  ['compare', { width: 2 }, 'not one bit wide'],
  ['compare', { b: 2 }, 'where 8 are due'],
  ['shift', { a: 2 }, 'where 8 are due'],
  ['mux', { when: 0 }, 'where 1 are due'],
  ['mux', { no: 2 }, 'where 8 are due'],
  ['slice', { low: 5 }, 'beyond its operand'],
  ['slice', { low: -1 }, 'beyond its operand'],
  ['concat', { width: 8 }, 'not as wide as its parts'],
  ['extend', { width: 7 }, 'narrower than its operand'],
  ['reduce', { width: 2 }, 'not one bit wide'],
  ['reg', { next: 2 }, 'where 8 are due'],
  ['reg', { next: -1 }, 'which is not there'],
  ['reg', { enable: 0 }, 'where 1 are due'],
  ['reg', { reset: { by: 0, to: 0n } }, 'where 1 are due'],
  ['reg', { reset: { by: 2, to: 256n } }, 'reset value beyond its width'],
  ['read', { memory: 1 }, 'does not fit its memory'],
  ['write', { memory: 1 }, 'has no memory'],
  ['write', { data: 2 }, 'where 8 are due'],
  ['write', { enable: 0 }, 'where 1 are due'],
  ['output', { port: 1 }, 'no port of its instance'],
  ['output', { instance: 0 }, 'not of an instance'],
])('a %s with %o is a fault', (name, change, message) => {
  const faults = faultsWith(name, change);
  expect(faults).not.toEqual([]);
  expect(faults.join('\n')).toContain(message);
});

test('faults of instances, ports and hierarchy are found', () => {
  const { design, ids } = sound();
  const [inner, top] = design.modules as [Module, Module];
  const instance = (inputs: number[]): string =>
    faultsOf({
      nodes: top.nodes.map((node, id) => (id === ids['output']! - 1 ? ({ ...node, inputs } as Node) : node)),
    }).join();
  expect(instance([])).toContain('has 0 inputs, 1 are due');
  expect(instance([0])).toContain('input x is not 4 bits wide');
  expect(verifyDesign({ top: 'top', modules: [top, inner] }).join()).toContain('does not precede it');
  expect(verifyDesign({ top: 'child', modules: design.modules }).join()).toContain('is not the last');
  expect(verifyDesign({ ...design, modules: [inner, inner, top] }).join()).toContain(
    'two modules are called child',
  );
  expect(faultsOf({ inputs: [...top.inputs, port('z', 8)] }).join()).toContain(
    'input z does not have one node',
  );
  expect(faultsOf({ outputs: [{ ...port('a', 8), value: 0 }] }).join()).toContain('two ports have one name');
  expect(faultsOf({ outputs: [{ ...port('y', 7), value: 0 }] }).join()).toContain(
    'output y is not 7 bits wide',
  );
  expect(faultsOf({ outputs: [{ ...port('y', 8), lanes: 3, value: 0 }] }).join()).toContain('uneven lanes');
});
