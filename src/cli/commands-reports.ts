import { json, parameterOption, type Declaring } from './declare.js';
import { integerFrom, numberFrom } from './options.js';

/** Commands that make what people look at. */
export function reports({ program, finished }: Declaring): void {
  json(
    program
      .command('report <inputs...>')
      .description(
        'write results as Markdown and one HTML page: designs (FILE.dp), the store of a sweep, JSON of other commands, or a folder of such',
      ),
  )
    .addOption(parameterOption())
    .requiredOption('-o <dir>', 'the folder to write to')
    .option('--title <text>', 'the title of the report')
    .option('--tech <names...>', 'technologies of designs', ['asap7', 'sky130'])
    .option('--clock <ps>', 'the period that the paths of designs are held against', numberFrom(1))
    .option('--vectors <n>', 'inputs to verify designs with', integerFrom(1), 10000)
    .option('--seed <n>', 'seed of the random inputs', integerFrom(0), 1)
    .option('--sweep <name>', 'which sweep, where a store holds several')
    .action(async (inputs: string[], options) => {
      finished(await (await import('./report.js')).report(inputs, options));
    });
}
