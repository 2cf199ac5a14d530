import { Command, CommanderError } from 'commander';
import { version } from '../flow/version.js';
import { benches } from './benches.js';
import type { Run } from './command.js';
import { costs } from './commands-costs.js';
import { designs } from './commands-designs.js';
import { embeddings } from './commands-embeddings.js';
import { formats } from './commands-formats.js';
import { networks } from './commands-networks.js';
import { reports } from './commands-reports.js';
import { sweeps } from './commands-sweeps.js';
import { json, type Declaring } from './declare.js';
import { exit } from './exit.js';
import { endWhenUnread, say } from './terminal.js';

/**
 * Runs a command line.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exit.done;
  endWhenUnread();
  const program = commands((done) => (code = done));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.userFault;
    say(`bitloom: this is a bug of bitloom, please report it\n${(error as Error).stack ?? String(error)}`);
    return exit.bug;
  }
  return code;
}

/** All commands. Each loads what it needs when it runs, so that `--help` answers at once. */
function commands(finished: (code: number) => void): Command {
  const program = new Command('bitloom')
    .description(
      'Describe an inner-product datapath once: Verilog, a bit-exact simulator, a cost, and a network’s accuracy',
    )
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows what there is)');

  function does<Options>(command: Command, load: () => Promise<{ readonly run: Run<Options> }>): void {
    command.action(async (...given: unknown[]) => {
      const operand = command.registeredArguments.length > 0 ? (given[0] as string | undefined) : undefined;
      const { run } = await load();
      finished(await run(operand, command.opts() as Options));
    });
  }

  const declaring: Declaring = { program, does, finished };
  for (const declare of [designs, costs, networks, reports, embeddings, formats, sweeps]) declare(declaring);
  does(
    json(
      program
        .command('bench [name]')
        .description(`speed beside named peers, as ratios: ${Object.keys(benches).join(', ')}`),
    ),
    () => import('./bench.js'),
  );
  return program;
}
