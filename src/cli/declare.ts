import { Option, type Command } from 'commander';
import type { Run } from './command.js';
import { collectParameter } from './options.js';

/** What the commands are declared with. */
export interface Declaring {
  readonly program: Command;
  /** Takes the exit code. */
  finished(code: number): void;
  /** Makes the command do what the module says; commander hands over the operand only where there is one. */
  does<Options>(command: Command, load: () => Promise<{ readonly run: Run<Options> }>): void;
}

/** The command with `--json`. */
export function json(command: Command): Command {
  return command.option('--json', 'print one JSON document on standard output');
}

/** The command on a design, with its parameters and `--json`. */
export function design(command: Command): Command {
  return json(command.argument('<file>', 'a design, FILE.dp')).addOption(parameterOption());
}

export function arithOption(choices: readonly string[], preset: string): Option {
  return new Option('--arith <form>', 'how sums of products are made').choices(choices).default(preset);
}

export function parameterOption(): Option {
  return new Option('-p <name=value>', 'set a parameter of the design (repeatable)')
    .argParser(collectParameter)
    .default({}, 'none');
}
