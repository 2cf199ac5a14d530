import { draft, type Design, type Draft, type Id, type Port } from '../ir/index.js';
import { checkBitsOf, dataPlaces, hammingBits, type Protection } from './protection.js';

/** What writes and what reads the words of a code: circuits without registers. */
export interface Coder {
  /** `data` → `check` */
  readonly write: Design;
  /** `data`, `check` → `data_read`, corrected, and `detected`: errors that it cannot correct */
  readonly read: Design;
}

/** The circuits of a protection that has a code; they do what its `wordCode` says. */
export function coderOf(protection: Protection): Coder {
  const { kind, wordBits } = protection;
  if (kind === 'parity') return { write: writer(protection, parity), read: parityReader(wordBits) };
  if (kind === 'secded') return { write: writer(protection, hamming), read: hammingReader(wordBits) };
  throw new Error(`${kind} has no code`);
}

function port(name: string, width: number): Port {
  return { name, width, lanes: 1, signed: false, format: `uint(${width})` };
}

function designOf(made: Draft, about: string): Design {
  const module = made.finish(about);
  return { top: module.name, modules: [module] };
}

function writer(protection: Protection, checksOf: (d: Draft, data: Id) => Id): Design {
  const { kind, wordBits } = protection;
  const d = draft(`${kind}_write_${wordBits}`);
  d.output(port('check', checkBitsOf(protection)), checksOf(d, d.input(port('data', wordBits))));
  return designOf(d, `The check bits of a word of ${wordBits} bits.`);
}

function parity(d: Draft, data: Id): Id {
  return d.reduce('xor', data);
}

function parityReader(wordBits: number): Design {
  const d = draft(`parity_read_${wordBits}`);
  const data = d.input(port('data', wordBits));
  const check = d.input(port('check', 1));
  d.output(port('data_read', wordBits), data);
  d.output(port('detected', 1), d.binary('xor', parity(d, data), check));
  return designOf(d, `Whether a word of ${wordBits} bits and its parity bit agree.`);
}

/** Check bits of the extended Hamming code: one for each bit of the places of ones, and the parity of all bits. */
function hamming(d: Draft, data: Id): Id {
  const checks = placeChecks(d, data);
  const parities = [data, ...checks].map((part) => d.reduce('xor', part));
  const all = parities.reduce((sum, bit) => d.binary('xor', sum, bit));
  return d.concat([...checks, all]);
}

/** For each bit of a place the parity of the data bits whose places have it. */
function placeChecks(d: Draft, data: Id): Id[] {
  const wordBits = d.widthOf(data);
  const places = dataPlaces(wordBits, hammingBits(wordBits));
  return Array.from({ length: hammingBits(wordBits) }, (_, bit) => {
    const own = places.flatMap((place, i) => ((place >> bit) & 1 ? [d.slice(data, i, 1)] : []));
    return d.reduce('xor', d.concat(own));
  });
}

function hammingReader(wordBits: number): Design {
  const checks = hammingBits(wordBits);
  const d = draft(`secded_read_${wordBits}`);
  const data = d.input(port('data', wordBits));
  const check = d.input(port('check', checks + 1));
  const found = placeChecks(d, data).map((bit, i) => d.binary('xor', bit, d.slice(check, i, 1)));
  const syndrome = d.concat(found);
  const isOdd = d.binary('xor', d.reduce('xor', data), d.reduce('xor', check));
  const isAt = (place: number): Id => d.compare('eq', syndrome, d.constant(BigInt(place), checks), false);
  const flips = dataPlaces(wordBits, checks).map((place) => d.binary('and', isAt(place), isOdd));
  const corrected = flips.map((flip, i) => d.binary('xor', d.slice(data, i, 1), flip));
  d.output(port('data_read', wordBits), d.concat(corrected));
  const beyond = d.compare('lt', d.constant(BigInt(wordBits + checks), checks), syndrome, false);
  const isWrong = d.reduce('or', syndrome);
  d.output(port('detected', 1), d.mux(isOdd, beyond, isWrong));
  return designOf(d, `A word of ${wordBits} bits, corrected by its check bits.`);
}
