import { Option } from 'commander';
import { arithOption, design, json, parameterOption, type Declaring } from './declare.js';
import { integerFrom } from './options.js';

/** Commands on designs. */
export function designs({ program, does }: Declaring): void {
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
}

function wrapOption(): Option {
  return new Option('--wrap <bus>', 'put the design behind AXI4-Stream interfaces').choices(['axis']);
}
