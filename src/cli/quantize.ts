import { failure, fault, random, success, type Result } from '../base/index.js';
import type { BlockFormat, Conversion, NumberFormat, QuantiseOptions, Quantised } from '../format/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { readBytes, writeWhole } from './files.js';
import { fail, print, printJson, table } from './terminal.js';

interface Options extends Conversion {
  readonly format: string;
  readonly block?: number;
  readonly scale?: NonNullable<QuantiseOptions['policy']>;
  readonly per: 'tensor' | 'channel';
  readonly recompute?: boolean;
  readonly seed: number;
  readonly o?: string;
  readonly codes?: string;
  readonly scales?: string;
  readonly json?: boolean;
}

/** `bitloom quantize X.npy --format F`: an array in a number format or a block format, and what that loses. */
export const run: Run<Options> = async (file, options) => {
  const formats = await import('../format/index.js');
  const format = await formatFrom(options);
  const bytes = await readBytes(file!);
  const array = bytes.ok ? formats.readNpy(file!, bytes.value) : bytes;
  if (!format.ok || !array.ok) return fail([...format.diagnostics, ...array.diagnostics]);
  const { shape, data } = array.value;
  const made = formats.quantise(data, format.value, {
    ...options,
    ...(options.scale && { policy: options.scale }),
    columns: shape.at(-1) ?? 1,
    group: options.per === 'channel' && shape.length > 0 ? data.length / shape[0]! : data.length,
    random: random(options.seed),
  });
  if (!made.ok) return fail(made.diagnostics);
  const written = await write(made.value, shape, options);
  if (!written.ok) return fail(written.diagnostics);
  report(describe(file!, shape, format.value, made.value, options), options.json === true);
  return exit.done;
};

async function formatFrom({ format, block }: Options): Promise<Result<NumberFormat | BlockFormat>> {
  const { formatOf, withBlock } = await import('../format/index.js');
  const named = formatOf(format);
  return named.ok && block !== undefined ? withBlock(named.value, block) : named;
}

async function write(
  made: Quantised,
  shape: readonly number[],
  options: Options,
): Promise<Result<undefined>> {
  const { writeNpy } = await import('../format/index.js');
  if (options.scales !== undefined && !made.scales)
    return failure(
      fault('no-scales', 'the format has no block scales to write', { hint: 'leave out --scales' }),
    );
  const files = [
    [options.o, { shape, data: made.values }],
    [options.codes, { shape, data: made.codes }],
    [options.scales, made.scales && { shape: [made.scales.length], data: made.scales }],
  ] as const;
  for (const [name, array] of files) {
    if (name === undefined || !array) continue;
    const written = await writeWhole(name, writeNpy(array));
    if (!written.ok) return written;
  }
  return success(undefined);
}

type Description = ReturnType<typeof describe>;

function describe(
  file: string,
  shape: readonly number[],
  format: NumberFormat | BlockFormat,
  made: Quantised,
  options: Options,
) {
  const { policy, sqnrDb, bitsPerElement, saturated, zeroed, notFinite, tensorScales } = made;
  return {
    schema: 1,
    file,
    format: options.format,
    shape,
    elements: made.codes.length,
    block: format.kind === 'block' ? format.block : null,
    blocks: made.scales?.length ?? 0,
    scale: policy,
    rounding: options.rounding ?? 'nearest_even',
    overflow: options.overflow ?? 'saturate',
    sqnrDb,
    bitsPerElement,
    tensorScaleBits: 32 * (tensorScales?.length ?? 0),
    tensorScale: tensorScales?.length === 1 ? tensorScales[0]! : null,
    saturated,
    zeroed,
    notFinite,
  };
}

function report(described: Description, json: boolean): void {
  if (json) return printJson(described);
  const { format, elements, block, blocks, scale, rounding, sqnrDb, bitsPerElement } = described;
  print(
    table([
      ['format', format],
      ['elements', `${elements}${block === null ? '' : ` in ${blocks} blocks of at most ${block}`}`],
      ['scale, rounding', `${scale}, ${rounding}`],
      ['SQNR', sqnrDb === null ? 'not finite' : `${sqnrDb.toFixed(2)} dB`],
      ['bits per element', `${bitsPerElement ?? 'none'}, and ${described.tensorScaleBits} for tensor scales`],
      ['saturated', String(described.saturated)],
      ['became zero', String(described.zeroed)],
      ['not finite', String(described.notFinite)],
    ]),
  );
}
