import { Option } from 'commander';
import { arithOption, design, json, type Declaring } from './declare.js';
import { integerFrom, integersFrom, numberFrom } from './options.js';

/** Commands on costs and technologies. */
export function costs({ program, does, finished }: Declaring): void {
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
      .option('--place', 'place and route on an FPGA too, between registers: for its clock frequency')
      .option('--seeds <n,…>', 'of placing, one after the other', integersFrom(0), [1, 2, 3])
      .option('--voltage <V>', 'a supply within the range of the technology', numberFrom(0))
      .option(
        '--activity <what>',
        'random, the default, random:CHANCE of a bit to change, words as for sim --in, or PORT=FILE.npy, repeatable',
        (text: string, before: readonly string[] = []) => [...before, text],
      )
      .option('--model <name>', 'as activity, inner products of a network: a model, or an ONNX file')
      .option('--layer <name>', 'of one of its layers; of all by default')
      .option('--data <name>', 'its images, as for infer', 'mnist')
      .option('--seed <n>', 'seed of the activity', integerFrom(0), 1),
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
  does(
    json(
      cost
        .command('element')
        .description('a processing element: its logic, its buffers, and how often they work'),
    )
      .argument('<file>', 'what it consists of, FILE.json')
      .option('--tech <name>', 'a technology of the package, or a file of `tech import`', 'freepdk45')
      .option('--yosys <program>', 'a native Yosys to use instead of the embedded one')
      .addOption(arithOption(['auto', 'behavioural', 'bitheap'], 'auto')),
    () => import('./element.js'),
  );
  does(
    design(
      program
        .command('faults')
        .description('stuck lines and flips in the mapped netlist, and what the outputs show of them'),
    )
      .option('--tech <name>', 'a technology of the package, or a file of `tech import`', 'asap7')
      .option('--in <file>', 'words for the inputs, as for sim --in; random ones by default')
      .option('--cycles <n>', 'cycles of random words', integerFrom(1), 256)
      .option('--samples <n>', 'random trials of flips and of several faults at once', integerFrom(1), 2000)
      .option('--multiple <k,…>', 'numbers of faults at once, beside single ones', integersFrom(2), [])
      .option('--classify', 'say of stuck lines that were not seen whether any input shows them')
      .option('--conflicts <n>', 'how long to search for that, for each of them', integerFrom(1), 2000)
      .option('--model <name>', 'a network that runs on the cells, with stuck lines')
      .option('--data <name>', 'its data set', 'mnist')
      .option('--images <n>', 'how many of the test images', integerFrom(1), 50)
      .addOption(
        new Option('--normalisation <name>', 'of the images, for an ONNX file')
          .choices(['unit', 'symmetric', 'mnist', 'bytes'])
          .default('unit'),
      )
      .option('--network-faults <n>', 'how many stuck lines it is run with', integerFrom(1), 50)
      .option('--seed <n>', 'seed of random words and trials', integerFrom(0), 1)
      .addOption(arithOption(['behavioural', 'bitheap'], 'behavioural'))
      .option('--flatten', 'map the design as one instead of module by module')
      .option('--yosys <program>', 'a native Yosys to use instead of the embedded one'),
    () => import('./faults.js'),
  );
  const tech = program.command('tech').description('technology figures');
  does(json(tech.command('list').description('the technologies of the package')), async () => ({
    run: (await import('./tech.js')).list,
  }));
  tech
    .command('import <files...>')
    .description('reduce Liberty files that belong together to one technology file')
    .requiredOption('-o <file>', 'the technology file to write')
    .option('--name <name>', 'what to call it')
    .action(async (files: string[], options: { readonly o: string; readonly name?: string }) => {
      finished(await (await import('./tech.js')).importFiles(files, options));
    });
}
