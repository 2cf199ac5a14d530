import { Option } from 'commander';
import { json, type Declaring } from './declare.js';
import { integerFrom } from './options.js';

/** Commands on points of design spaces. */
export function sweeps({ program, does, finished }: Declaring): void {
  does(
    json(program.command('eval <point>').description('measure one point of a design space, from a JSON file'))
      .option('-o <file>', 'write the result there')
      .option('--no-cache', 'do not use what was computed before, and keep nothing'),
    () => import('./eval.js'),
  );
  does(
    json(
      program
        .command('sweep <file>')
        .description('measure many points of a design space; the front among them'),
    )
      .option('--store <dir>', 'where points are kept; a sweep goes on there (default: .bitloom/NAME)')
      .option('--name <sweep>', 'which sweep, where the file has several')
      .option('--jobs <n>', 'points at a time, on a core each (default: all cores)', integerFrom(1))
      .option('--queue <url>', 'have the workers of this queue measure the points, as redis://127.0.0.1:6379')
      .addOption(
        new Option('--mode <name>', 'how costs are found').choices(['synth', 'model', 'model-first']),
      )
      .option('--points <n>', 'stop after so many points', integerFrom(1))
      .option('--seconds <s>', 'stop after so many seconds', integerFrom(1))
      .option('--time-limit <s>', 'seconds for a point', integerFrom(1))
      .option('--memory-limit <mb>', 'memory for a point', integerFrom(64))
      .option('--no-cache', 'do not use what was computed before, and keep nothing for later'),
    () => import('./sweep.js'),
  );
  does(
    program
      .command('worker')
      .description('measure points of sweeps that run elsewhere')
      .requiredOption('--queue <url>', 'where they queue, as redis://127.0.0.1:6379')
      .option('--jobs <n>', 'points at a time, on a core each (default: all cores)', integerFrom(1))
      .option('--time-limit <s>', 'seconds for a point', integerFrom(1))
      .option('--memory-limit <mb>', 'memory for a point', integerFrom(64))
      .option('--no-cache', 'do not use what was computed before, and keep nothing for later'),
    () => import('./worker.js'),
  );
  does(
    json(program.command('pareto <store>').description('the front among the points of a store'))
      .option('--where <formula...>', 'only points for which this holds, as "areaUm2 < 500"')
      .option('--min <measures...>', 'other objectives than those of the sweep')
      .option('--max <measures...>', 'other objectives than those of the sweep')
      .option('--sweep <name>', 'which sweep, where the store holds several'),
    () => import('./pareto.js'),
  );
  json(
    program
      .command('query <store> [sql]')
      .description(
        'SQL over the points of a store: the view `points` has a column for each variable and measure',
      ),
  )
    .option('-o <file>', 'write what it gives there, as FILE.parquet, FILE.csv or FILE.json')
    .action(async (store: string, sql: string | undefined, options: { o?: string; json?: boolean }) => {
      finished(await (await import('./query.js')).query(store, sql ?? 'SELECT * FROM points', options));
    });
  const cache = program.command('cache').enablePositionalOptions();
  does(json(cache.description('what finished work takes on the disk')), () => import('./cache.js'));
  does(
    json(cache.command('prune').description('remove what was not used for the longest time')).option(
      '--limit <mb>',
      'how much each store may keep (default: its limit)',
      integerFrom(0),
    ),
    async () => ({ run: (await import('./cache.js')).pruneCache }),
  );
  does(json(cache.command('clear').description('remove all finished work')), async () => ({
    run: (await import('./cache.js')).clearCache,
  }));
}
