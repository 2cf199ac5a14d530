import { draft, type Draft, type Id, type Module, type Port } from '../../ir/index.js';

/** The modules that compressor trees are made of, one file each in `rtl/`; here what they compute. */
export type AdderName = 'full_adder' | 'full_adder_n' | 'half_adder' | 'half_adder_n';

const bit = (name: string): Port => ({ name, width: 1, lanes: 1, signed: false, format: 'bool' });

const about: Readonly<Record<AdderName, string>> = {
  full_adder: 'Adds three bits.',
  full_adder_n: 'Adds three bits; gives the complements of sum and carry.',
  half_adder: 'Adds two bits.',
  half_adder_n: 'Adds two bits; gives the complements of sum and carry.',
};

/** One of the adders: inputs a, b and, for a full adder, c; outputs sum and carry. */
export function adderModule(name: AdderName): Module {
  const d = draft(name);
  const [sum, carry] = name.startsWith('full') ? fullAdder(d) : halfAdder(d);
  const inverts = name.endsWith('_n');
  d.output(bit('sum'), inverts ? d.not(sum) : sum);
  d.output(bit('carry'), inverts ? d.not(carry) : carry);
  return { ...d.finish(about[name]), leaf: `${name}.v` };
}

function fullAdder(d: Draft): [Id, Id] {
  const [a, b, c] = [d.input(bit('a')), d.input(bit('b')), d.input(bit('c'))];
  const half = d.binary('xor', a, b);
  const carry = d.binary('or', d.binary('and', a, b), d.binary('and', half, c));
  return [d.binary('xor', half, c), carry];
}

function halfAdder(d: Draft): [Id, Id] {
  const [a, b] = [d.input(bit('a')), d.input(bit('b'))];
  return [d.binary('xor', a, b), d.binary('and', a, b)];
}
