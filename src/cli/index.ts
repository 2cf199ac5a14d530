import { Command, CommanderError, Option } from 'commander';
import { version } from '../flow/version.js';
import { benches } from './benches.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { arrayFrom, collectParameter, integerFrom, numberFrom, numbersFrom, wordsFrom } from './options.js';
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

  /** Makes the command do what the module says; commander hands over the operand only where there is one. */
  function does<Options>(command: Command, load: () => Promise<{ readonly run: Run<Options> }>): void {
    command.action(async (...given: unknown[]) => {
      const operand = command.registeredArguments.length > 0 ? (given[0] as string | undefined) : undefined;
      const { run } = await load();
      finished(await run(operand, command.opts() as Options));
    });
  }

  const json = (command: Command): Command =>
    command.option('--json', 'print one JSON document on standard output');
  const design = (command: Command): Command =>
    json(command.argument('<file>', 'a design, FILE.dp')).addOption(parameterOption());

  does(
    json(program.command('check <file>').description('say all that is wrong with a design')),
    () => import('./check.js'),
  );
  does(
    program
      .command('fmt <file>')
      .description('rewrite a design in the canonical form')
      .option('--check', 'only say whether it has that form')
      .option('--stdout', 'print it instead'),
    () => import('./fmt.js'),
  );
  does(
    json(program.command('ops [name]').description('list the operator library, or describe one operator')),
    () => import('./ops.js'),
  );
  does(
    design(program.command('emit').description('write Verilog, a file list, constraints and a port manifest'))
      .option('-o <dir>', 'the folder to write to', 'build')
      .option('--clock <ps>', 'the clock period that the constraints state', integerFrom(1))
      .addOption(arithOption(['behavioural', 'bitheap'], 'behavioural'))
      .option('--tech <name>', 'arrange bit heaps for the delays of this technology')
      .addOption(wrapOption())
      .option('--testbench', 'write a self-checking testbench too, with its words in files')
      .option('--vectors <n>', 'inputs of the testbench', integerFrom(1), 1000)
      .option('--seed <n>', 'seed of the testbench', integerFrom(0), 1),
    () => import('./emit.js'),
  );
  does(
    design(program.command('sim').description('simulate a design on inputs from a JSON file'))
      .requiredOption('--in <file>', 'inputs: {"port": [cycle 0, cycle 1, …]}')
      .addOption(
        new Option('--engine <name>', 'which simulator').choices(['interpreter', 'wasm']).default('wasm'),
      )
      .option('--waves <file>', 'write a waveform of the design as it is made, FILE.vcd')
      .option('--saif <file>', 'write the switching activity of the design as it is made, FILE.saif')
      .option('--clock <ps>', 'what a cycle takes in the activity', integerFrom(1), 1000),
    () => import('./sim.js'),
  );
  does(
    json(
      program
        .command('verify [file]')
        .description('compare Verilator, the simulators and the reference on the same inputs'),
    )
      .addOption(parameterOption())
      .option(
        '--vectors <n>',
        'inputs to try for each design (default: 10000, with --all-samples 100000)',
        integerFrom(1),
      )
      .option('--seed <n>', 'seed of the random inputs', integerFrom(0), 1)
      .addOption(arithOption(['behavioural', 'bitheap'], 'behavioural'))
      .addOption(wrapOption())
      .option('--waves <dir>', 'write waveforms there: around the first mismatch, else of 256 cycles')
      .addOption(
        new Option('--wave-format <name>', 'of Verilator’s waveforms').choices(['vcd', 'fst']).default('vcd'),
      )
      .option('--all-samples', 'verify every sample of every operator'),
    () => import('./verify.js'),
  );
  does(
    design(program.command('prove').description('prove that the Verilog equals the design as written'))
      .addOption(arithOption(['behavioural', 'bitheap'], 'behavioural'))
      .option('--time-limit <s>', 'seconds for each comparison', integerFrom(1), 120)
      .option('--cycles <n>', 'cycles to compare where no induction is found', integerFrom(1), 20)
      .option(
        '--exhaustive <bits>',
        'try all inputs of operators with at most so many input bits',
        integerFrom(0),
        24,
      )
      .option('--every-form', 'prove the forms between the design and the Verilog too')
      .option('--yosys <program>', 'a native Yosys to use instead of the embedded one')
      .option('--seed <n>', 'seed of the random runs', integerFrom(0), 1),
    () => import('./prove.js'),
  );
  const cost = program.command('cost').enablePositionalOptions();
  does(
    design(cost.description('area, delay and energy in a technology, by synthesis'))
      .option('--tech <name>', 'a technology of the package, or a file of `tech import`', 'asap7')
      .option('--liberty <files...>', 'Liberty files to use instead')
      .option('--yosys <program>', 'a native Yosys to use instead of the embedded one')
      .addOption(arithOption(['auto', 'behavioural', 'bitheap'], 'auto'))
      .addOption(
        new Option('--mode <how>', 'synthesise, or estimate by a fitted model in milliseconds')
          .choices(['synth', 'model'])
          .default('synth'),
      )
      .option('--flatten', 'map the design as one instead of module by module')
      .option('--clock <ps>', 'the period that the critical path is to fit into', numberFrom(1))
      .option(
        '--activity <what>',
        'random, random:CHANCE of a bit to change, or words as for sim --in',
        'random',
      )
      .option('--seed <n>', 'seed of the random activity', integerFrom(0), 1),
    () => import('./cost.js'),
  );
  does(
    json(cost.command('memory').description('an SRAM, the flip-flops of a register file, or a DRAM access'))
      .option('--words <n>', 'the number of words', integerFrom(1))
      .requiredOption('--width <bits>', 'the width of a word', integerFrom(1))
      .option('--ports <n>', 'ports that read or write a word in each cycle', integerFrom(1), 1)
      .option('--tech <name>', 'a technology, a file as tech/memory/*.json, hbm2 or dram', 'sg13g2')
      .option('--registers', 'one flip-flop of the technology for each bit instead of an SRAM'),
    () => import('./memory.js'),
  );
  const tech = program.command('tech').description('technology figures');
  does(json(tech.command('list').description('the technologies of the package')), async () => ({
    run: (await import('./cost.js')).list,
  }));
  tech
    .command('import <files...>')
    .description('reduce Liberty files that belong together to one technology file')
    .requiredOption('-o <file>', 'the technology file to write')
    .option('--name <name>', 'what to call it')
    .action(async (files: string[], options: { readonly o: string; readonly name?: string }) => {
      finished(await (await import('./cost.js')).importFiles(files, options));
    });
  does(
    json(program.command('infer').description('run a network’s test images through a datapath, bit for bit'))
      .addOption(parameterOption())
      .requiredOption('--model <name>', 'a model of the package, or an ONNX file')
      .requiredOption(
        '--datapath <file>',
        'the design that layers run on, or LAYER=FILE for one of them; repeatable',
        (file: string, before?: readonly string[]) => [...(before ?? []), file],
      )
      .option(
        '--quant <plan>',
        'int8, w4a8, w4a8-tensor, int8-mse, … or FILE.json; default: as wide as the ports',
      )
      .option('--data <name>', 'a data set, a folder of PNG and JPEG, X.npy,y.npy or FILE.csv', 'mnist')
      .option('--images <n>', 'how many of the test images', integerFrom(1), 10000)
      .addOption(
        new Option('--normalisation <name>', 'of the images, for an ONNX file')
          .choices(['unit', 'symmetric', 'mnist', 'bytes'])
          .default('unit'),
      )
      .option(
        '--rtl <n>',
        'images all of whose inner products are replayed under Verilator, or all',
        (text: string) => (text === 'all' ? text : integerFrom(0)(text)),
        1,
      )
      .option('--seed <n>', 'seed of calibration and of what is studied', integerFrom(0), 1)
      .option('--study <n>', 'images over which the noise of each layer is measured', integerFrom(1), 100)
      .option('--tech <name>', 'a technology: the energy of an image on the datapaths too'),
    () => import('./infer.js'),
  );
  does(
    json(program.command('train').description('train a small network by its recipe, to ONNX'))
      .requiredOption('--recipe <name>', 'a recipe, RECIPE.json, or one of the package by name')
      .option('-o <dir>', 'the folder to write to, checkpoints too', 'build')
      .option(
        '--threads <n>',
        'threads that compute gradients; they do not change the result',
        integerFrom(1),
        1,
      )
      .option('--restart', 'train anew where a checkpoint is'),
    () => import('./train.js'),
  );
  does(
    json(program.command('robust').description('the test error with bit errors in the memory of the weights'))
      .requiredOption('--model <name>', 'a model of the package, or an ONNX file')
      .option('--data <name>', 'a data set', 'mnist')
      .option('--images <n>', 'how many of the test images', integerFrom(1), 10000)
      .addOption(
        new Option('--normalisation <name>', 'of the images, for an ONNX file')
          .choices(['unit', 'symmetric', 'mnist', 'bytes'])
          .default('unit'),
      )
      .option('--bits <m>', 'bits of a weight', integerFrom(1), 8)
      .option(
        '--scheme <names>',
        'normal, layer, asymmetric, unsigned, rquant; several are compared',
        wordsFrom,
        ['rquant'],
      )
      .option('--rates <p,…>', 'shares of the bits that are wrong, 0 to 1', numbersFrom)
      .option('--voltages <v,…>', 'instead of rates, voltages of the curve', numbersFrom)
      .option('--curve <name>', 'bit errors and energy against voltage, 14nm or FILE.json', '14nm')
      .option('--chips <n>', 'chips, the same for all schemes', integerFrom(1), 50)
      .option('--seed <n>', 'seed of the chips', integerFrom(0), 1)
      .addOption(new Option('--faults <what>', 'of a faulty cell').choices(['flip', 'stuck']).default('flip'))
      .option('--ones <share>', 'of stuck cells, how many give 1', numberFrom(0), 0.5)
      .option('--row-share <share>', 'of the errors, how many come as whole rows', numberFrom(0), 0)
      .option('--column-share <share>', 'of the errors, how many come as whole columns', numberFrom(0), 0)
      .option('--array <rowsxcolumns>', 'size of an SRAM array', arrayFrom, [512, 64])
      .addOption(
        new Option('--protect <how>', 'guard the upper bits of weights')
          .choices(['none', 'hardened', 'parity', 'secded'])
          .default('none'),
      )
      .option(
        '--protect-bits <n>',
        'how many bits of each weight, from the top (default: all)',
        integerFrom(1),
      )
      .option('--protect-word <bits>', 'guarded bits that share check bits', integerFrom(1), 64)
      .option('--within <x>', 'say how many chips an interval of ± x needs', numberFrom(1e-9))
      .option('--threads <n>', 'threads; they do not change the result', integerFrom(1), 1)
      .option('--no-cache', 'do not use what was computed before, and keep nothing'),
    () => import('./robust.js'),
  );
  does(
    design(
      program.command('report').description('write a design’s verification and cost as Markdown and HTML'),
    )
      .requiredOption('-o <dir>', 'the folder to write to')
      .option('--tech <names...>', 'technologies', ['asap7', 'sky130'])
      .option('--vectors <n>', 'inputs to verify with', integerFrom(1), 10000)
      .option('--seed <n>', 'seed of the random inputs', integerFrom(0), 1),
    () => import('./report.js'),
  );
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
      .option('--no-refresh', 'leave refreshes out'),
    async () => ({ run: (await import('./hbm.js')).simulate }),
  );
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
      .option('--jobs <n>', 'points at a time (default: one for each core)', integerFrom(1))
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
      .option('--jobs <n>', 'points at a time (default: one for each core)', integerFrom(1))
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

function arithOption(choices: readonly string[], preset: string): Option {
  return new Option('--arith <form>', 'how sums of products are made').choices(choices).default(preset);
}

function wrapOption(): Option {
  return new Option('--wrap <bus>', 'put the design behind AXI4-Stream interfaces').choices(['axis']);
}

function parameterOption(): Option {
  return new Option('-p <name=value>', 'set a parameter of the design (repeatable)')
    .argParser(collectParameter)
    .default({}, 'none');
}
