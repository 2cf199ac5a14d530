import { fault, toolMissing, type Diagnostic } from '../base/index.js';

/** The faults that running Verilator can end in, and how they are told. */

export function noVerilator(): Diagnostic {
  return fault(toolMissing, 'Verilator is not installed', {
    hint: 'install it with g++ and make, as by `apt-get install verilator g++ make`',
  });
}

export function noCompiler(name: string): Diagnostic {
  return fault(toolMissing, `${name} is not installed; Verilator's models are built with it`, {
    hint: `install it, as by \`apt-get install g++ make\``,
  });
}

export function buildFailed(what: string, log: string): Diagnostic {
  return fault('build-failed', `${what} failed: ${lastLines(log, 12)}`);
}

function lastLines(log: string, count: number): string {
  return log.trim().split('\n').slice(-count).join('\n  ');
}
