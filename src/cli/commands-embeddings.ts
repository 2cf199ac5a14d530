import { Option, type Command } from 'commander';
import { json, type Declaring } from './declare.js';
import { integerFrom, numberFrom } from './options.js';

/** Commands on embedding tables. */
export function embeddings({ program, does }: Declaring): void {
  const hbm = program.command('hbm').description('embedding tables on memory channels');
  does(
    json(hbm.command('plan <file>').description('where the tables of a model lie, and how long lookups take'))
      .requiredOption('--board <name>', 'a board of the package, or a file as tech/board/u280.json')
      .addOption(
        new Option('--planner <name>', 'the published heuristic, or a search for something better')
          .choices(['published', 'search'])
          .default('published'),
      )
      .option('--element-bits <n>', 'bits of an element, instead of the file’s', integerFrom(8))
      .option('--clock <mhz>', 'clock of the engine, instead of the file’s', integerFrom(1))
      .option('-o <file>', 'write the plan for `hbm simulate`'),
    async () => ({ run: (await import('./hbm.js')).plan }),
  );
  does(
    json(
      hbm.command('simulate <file>').description('run items through a plan, every read on a memory channel'),
    )
      .option('--trace <file>', 'the indices of an item on each line, instead of random ones')
      .option('--items <n>', 'how many random items', integerFrom(1), 1000)
      .option('--seed <n>', 'their seed', integerFrom(0), 1)
      .option('--zipf <s>', 'their skew: the exponent of Zipf’s law, 0 for none', numberFrom(0), 0)
      .option('--outstanding <n>', 'rows that a channel’s port asks for ahead', integerFrom(1), 1)
      .addOption(
        new Option('--scheduler <name>', 'which request is served next')
          .choices(['fr-fcfs', 'in-order'])
          .default('fr-fcfs'),
      )
      .addOption(
        new Option('--page <policy>', 'whether rows stay open').choices(['open', 'closed']).default('closed'),
      )
      .addOption(
        new Option('--mapping <order>', 'parts of an address, most significant first')
          .choices(['row-bank-group-column', 'row-bank-column-group', 'bank-group-row-column'])
          .default('row-bank-group-column'),
      )
      .option('--window <n>', 'requests that a channel looks at together', integerFrom(1), 32)
      .option('--no-refresh', 'leave refreshes out')
      .option(
        '--cache <KiB>',
        'memory on the chip in front of each channel for the rows read last; 0 for none',
        integerFrom(0),
        0,
      ),
    async () => ({ run: (await import('./hbm.js')).simulate }),
  );
  does(
    engineOptions(
      hbm
        .command('image <file>')
        .description('what each channel of a plan holds, and the engine that reads it'),
    )
      .requiredOption('--tables <folder>', 'NAME.npy for each table, rows × columns')
      .option(
        '--network <folder>',
        'the network behind the lookups: layerN.npy, outputs × inputs, and biasN.npy',
      )
      .requiredOption('-o <folder>', 'where the images, the layout and the engine are written'),
    async () => ({ run: (await import('./hbm-engine.js')).image }),
  );
  does(
    engineOptions(
      hbm
        .command('verify <file>')
        .description('the engine of a plan as Verilog on a model of its memories, every row checked'),
    )
      .option('--tables <folder>', 'NAME.npy for each table, rows × columns; random elements without it')
      .option(
        '--network [folder]',
        'the network, too: layerN.npy, outputs × inputs, and biasN.npy; or random ones',
      )
      .option('--items <n>', 'how many random items', integerFrom(1), 1000)
      .option('--seed <n>', 'of what is random', integerFrom(0), 1)
      .option('--most-rows <n>', 'cut tables to so many rows', integerFrom(1)),
    async () => ({ run: (await import('./hbm-engine.js')).verify }),
  );
}

/** What an engine is made with. */
function engineOptions(command: Command): Command {
  return json(command)
    .option('--fraction <n>', 'bits of an element behind the point', integerFrom(0), 0)
    .option('--depth <n>', 'items under way, a power of two', integerFrom(2), 8)
    .option('--outstanding <n>', 'reads of a channel under way', integerFrom(1), 64)
    .addOption(
      new Option('--outside <rule>', 'what an index beyond its table stands for: the last row, or zeros')
        .choices(['clamp', 'zero'])
        .default('clamp'),
    );
}
