import type { Diagnostic } from '../base/index.js';
import { draft, type Id } from '../ir/index.js';
import type { NetBit, Wiring } from './netlist.js';

/** A module of that name whose nets nothing drives yet. */
export function startWiring(name: string, report: (fault: Diagnostic) => void): Wiring {
  const d = draft(name);
  const drivers = new Map<NetBit, { readonly id: Id; readonly bit: number }>();
  let unknowns = 0;

  function undefinedWord(width: number): Id {
    const word = `undefined_${unknowns++}`;
    return d.input({ name: word, width, lanes: 1, signed: false, format: `uint(${width})` });
  }

  /** One node for the longest run of nets from `from` on that lie side by side in one word, or are constant. */
  function run(nets: readonly NetBit[], from: number): { readonly id: Id; readonly length: number } {
    const isUnknown = (net: NetBit): boolean => net === 'x' || net === 'z' || drivers.get(net) === undefined;
    const first = nets[from]!;
    let length = 1;
    if (first === '0' || first === '1') {
      let value = BigInt(first);
      for (let net = nets[from + length]; net === '0' || net === '1'; net = nets[from + ++length])
        value |= BigInt(net) << BigInt(length);
      return { id: d.constant(value, length), length };
    }
    if (isUnknown(first)) {
      while (
        from + length < nets.length &&
        !/^[01]$/.test(String(nets[from + length])) &&
        isUnknown(nets[from + length]!)
      )
        length++;
      return { id: undefinedWord(length), length };
    }
    const { id, bit } = drivers.get(first)!;
    const follows = (net: NetBit | undefined): boolean => {
      const driver = net === undefined ? undefined : drivers.get(net);
      return driver?.id === id && driver.bit === bit + length;
    };
    while (follows(nets[from + length])) length++;
    return { id: d.slice(id, bit, length), length };
  }

  return {
    draft: d,
    report,
    undefinedWord,
    drive(nets, id) {
      nets.forEach((net, bit) => {
        if (typeof net === 'number') drivers.set(net, { id, bit });
      });
    },
    word(nets) {
      const parts: Id[] = [];
      for (let at = 0; at < nets.length;) {
        const { id, length } = run(nets, at);
        parts.push(id);
        at += length;
      }
      return d.concat(parts);
    },
  };
}
