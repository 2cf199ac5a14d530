import { fault, type Diagnostic } from '../base/index.js';

/** A word of the Verilog that the reader has no meaning for. */
export function unknownCell(type: string, name: string): Diagnostic {
  return fault('prove-cell', `the Verilog uses \`${type}\` (${name}), which the proof has no meaning for`);
}

/** A construct of the Verilog beyond what is read back. */
export function notReadBack(what: string): Diagnostic {
  return fault('prove-verilog', `the Verilog ${what}, which the proof does not follow`, {
    hint: 'check it by `bitloom verify`, which runs it under Verilator',
  });
}

/** A port that the design has and the Verilog lacks, or has at another width. */
export function portDiffers(name: string, due: string, found: string): Diagnostic {
  return fault('prove-port', `the Verilog's port \`${name}\` is ${found}, but the design asks for ${due}`);
}

/** A design with more state than is expanded to bits. */
export function tooMuchState(bits: number, most: number): Diagnostic {
  return fault(
    'prove-state',
    `the design holds ${bits} bits of state, more than the ${most} that are followed`,
    {
      hint: 'prove it with smaller memories, by `-p`',
    },
  );
}
