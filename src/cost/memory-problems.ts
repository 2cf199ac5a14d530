import { fault, suggest, type Diagnostic } from '../base/index.js';
import type { MemoryModel } from './memory.js';

export function outOfRange(what: 'words' | 'width' | 'ports', value: number, most: number): Diagnostic {
  const shown = what === 'width' ? 'a width in bits' : `a number of ${what}`;
  return fault('memory-range', `${shown} is an integer from 1 to ${most}; ${value} is not`, {
    hint:
      Number.isInteger(value) && value > most
        ? `model one of several banks, and multiply`
        : `give --${what} an integer from 1 to ${most}`,
  });
}

export function unknownPorts({ technology, variants }: MemoryModel, ports: number): Diagnostic {
  const known = variants.map((variant) => String(variant.ports)).join(' and ');
  return fault(
    'memory-ports',
    `there is no published memory with ${ports} ports for ${technology}; there are memories with ${known}`,
    { hint: 'cost copies or banks of a memory with fewer ports, or a register file (--registers)' },
  );
}

export function badMemoryFile(file: string, what: string): Diagnostic {
  return fault('memory-file', `${file} is no memory model: ${what}`, {
    hint: 'tech/memory/sg13g2.json of the package is an example',
  });
}

export function unknownDram(name: string, known: readonly string[]): Diagnostic {
  return fault('unknown-dram', `there is no figure for a DRAM \`${name}\``, { hint: suggest(name, known) });
}

export function noFlipFlop(technology: string): Diagnostic {
  return fault('no-flip-flop', `${technology} names no flip-flop, so no register file can be costed`, {
    hint: 'give `roles.flipFlop` in the technology file the name of one of its cells',
  });
}
