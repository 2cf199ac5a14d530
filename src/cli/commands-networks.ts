import { Option } from 'commander';
import { json, parameterOption, type Declaring } from './declare.js';
import { arrayFrom, collectSize, integerFrom, numberFrom, numbersFrom, wordsFrom } from './options.js';

/** Commands on networks. */
export function networks({ program, does }: Declaring): void {
  does(
    json(program.command('infer').description('run a network’s test images through a datapath, bit for bit'))
      .addOption(parameterOption())
      .requiredOption('--model <name>', 'a model of the package, or an ONNX file')
      .option('--size <name=n>', 'a size that an ONNX file leaves open; repeatable', collectSize)
      .option(
        '--datapath <file>',
        'the design that layers run on, or LAYER=FILE for one of them; repeatable',
        (file: string, before?: readonly string[]) => [...(before ?? []), file],
      )
      .option(
        '--quant <plan>',
        'int8, w4a8, w4a8-tensor, int8-mse, … or FILE.json; default: as wide as the ports',
      )
      .option('--fixed <bits>', 'no datapath, but fixed point of so many bits', integerFrom(2))
      .option(
        '--fraction <n>',
        'of these bits behind the point; without it, as many as each range allows',
        integerFrom(0),
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
      .addOption(
        new Option(
          '--where <what>',
          'what lies in the memory: weights, or what layers in integers read or sum',
        )
          .choices(['weights', 'activations', 'sums'])
          .default('weights'),
      )
      .option(
        '--datapath <file>',
        'a design that the network runs on: the weights lie there as it reads them',
      )
      .addOption(parameterOption())
      .option('--bits <m>', 'bits of a weight, where the scheme is no format (default: 8)', integerFrom(1))
      .option(
        '--scheme <names>',
        'normal, layer, asymmetric, unsigned, rquant (default), or a format, as mxint8 or vsq(int(4), 16, uint(4)); several are compared',
        wordsFrom,
      )
      .option('--rates <p,…>', 'shares of the bits that are wrong, 0 to 1', numbersFrom)
      .option('--voltages <v,…>', 'instead of rates, voltages of the curve', numbersFrom)
      .option('--curve <name>', 'bit errors and energy against voltage, 14nm or FILE.json', '14nm')
      .option('--chips <n>', 'chips, the same for all schemes', integerFrom(1), 50)
      .option('--seed <n>', 'seed of the chips', integerFrom(0), 1)
      .addOption(
        new Option('--faults <what>', 'of a faulty cell; transient: other bits in every reading')
          .choices(['flip', 'stuck', 'transient'])
          .default('flip'),
      )
      .option('--reading <n>', 'images that a reading with transient flips serves', integerFrom(1), 1)
      .option('--ones <share>', 'of stuck cells, how many give 1', numberFrom(0), 0.5)
      .option('--row-share <share>', 'of the errors, how many come as whole rows', numberFrom(0), 0)
      .option('--column-share <share>', 'of the errors, how many come as whole columns', numberFrom(0), 0)
      .option('--array <rowsxcolumns>', 'size of an SRAM array', arrayFrom, [512, 64])
      .option(
        '--map <file>',
        'measured cells instead of drawn ones: CSV or .npy of address, bit, threshold voltage',
      )
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
      .addOption(
        new Option('--protect-what <which>', 'codes that are guarded: of weights, or of their blocks’ scales')
          .choices(['all', 'elements', 'scales'])
          .default('all'),
      )
      .option('--protect-word <bits>', 'guarded bits that share check bits', integerFrom(1), 64)
      .option('--tech <name>', 'synthesise the circuits of parity or SECDED: freepdk45, sg13g2')
      .option('--sum-bits <n>', 'bits of a sum in its buffer', integerFrom(1), 24)
      .option(
        '--sum-terms <n>',
        'products that are added between two writings of a sum (default: all)',
        integerFrom(1),
      )
      .option('--within <x>', 'say how many chips an interval of ± x needs', numberFrom(1e-9))
      .option(
        '--threads <n>',
        'threads, which do not change the result (default: one for each core)',
        integerFrom(1),
      )
      .option('--no-cache', 'do not use what was computed before, and keep nothing'),
    () => import('./robust.js'),
  );
}
