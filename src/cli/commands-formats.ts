import { Option, type Command } from 'commander';
import { json, type Declaring } from './declare.js';
import { integerFrom } from './options.js';

/** Commands on number formats. */
export function formats({ program, does }: Declaring): void {
  const format = program.command('format').description('number formats');
  does(
    json(format.command('list [format]').description('the formats that have a name, or one format')),
    async () => ({
      run: (await import('./format.js')).list,
    }),
  );
  does(
    conversion(
      format
        .command('encode <format>')
        .description('float32 bits in hex from standard input to codes in hex, a line each'),
    ),
    async () => ({ run: (await import('./format.js')).encode }),
  );
  does(
    conversion(
      format
        .command('decode <format>')
        .description('codes in hex from standard input to float32 bits in hex, a line each'),
    ),
    async () => ({ run: (await import('./format.js')).decode }),
  );
  does(
    conversion(
      json(
        program.command('quantize <file>').description('convert a .npy array to a format; what that loses'),
      ),
    )
      .requiredOption('--format <name>', 'a format, as `bitloom format list` shows them')
      .option('--block <n>', 'elements to a block, along the last dimension', integerFrom(1))
      .addOption(
        new Option('--scale <policy>', 'how scales are found').choices([
          'floor',
          'ceil',
          'round',
          'rceil',
          'search',
          'none',
          'max',
        ]),
      )
      .addOption(
        new Option('--per <what>', 'what has a tensor scale of its own')
          .choices(['tensor', 'channel'])
          .default('tensor'),
      )
      .option('--recompute', 'two-level scaling: divide by the scale as stored')
      .option('--seed <n>', 'seed of stochastic rounding', integerFrom(0), 1)
      .option('-o <file>', 'write what the codes stand for, as .npy')
      .option('--codes <file>', 'write the codes, as .npy')
      .option('--scales <file>', 'write the codes of the block scales, as .npy'),
    () => import('./quantize.js'),
  );
}

/** The options that say what becomes of numbers which a format does not have. */
function conversion(command: Command): Command {
  return command
    .addOption(
      new Option('--rounding <mode>', 'how is rounded').choices([
        'nearest_even',
        'nearest_away',
        'toward_zero',
        'down',
        'up',
        'stochastic',
      ]),
    )
    .addOption(new Option('--overflow <rule>', 'beyond the ends').choices(['saturate', 'ieee']))
    .addOption(new Option('--nan <rule>', 'NaN, where there is none').choices(['zero', 'greatest']));
}
