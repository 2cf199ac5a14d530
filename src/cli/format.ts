import { fault, type Diagnostic } from '../base/index.js';
import type { Conversion } from '../format/index.js';
import type { Run } from './command.js';
import { exit } from './exit.js';
import { fail, print, printJson, say, table } from './terminal.js';

interface Options extends Conversion {
  readonly json?: boolean;
}

/** `bitloom format list [FORMAT]`: the formats that have a name and how others are written, or one format. */
export const list: Run<Options> = async (name, options) => {
  const known = await import('../format/index.js');
  const given = name === undefined ? undefined : known.formatOf(name);
  if (given && !given.ok) return fail(given.diagnostics);
  const all = given ? [given.value] : [...known.namedFormats, ...known.namedBlocks];
  const formats = all.flatMap((one) => (one.kind === 'block' ? [] : [known.describeFormat(one)]));
  const blocks = all.flatMap((one) => (one.kind === 'block' ? [known.describeBlock(one)] : []));
  const families = given ? [] : known.families;
  if (options.json) printJson({ schema: 1, formats, blocks, families });
  else {
    const tables = [formatTable(formats), blockTable(blocks), families.map((one) => [one.form, one.about])];
    print(
      tables
        .filter((rows) => rows.length > 0)
        .map(table)
        .join('\n\n'),
    );
  }
  return exit.done;
};

type Formats = typeof import('../format/index.js');

function formatTable(formats: readonly ReturnType<Formats['describeFormat']>[]) {
  if (formats.length === 0) return [];
  const number = (value: number | null): string =>
    value === null ? '' : String(Number(value.toPrecision(6)));
  return [
    ['format', 'bits', 'greatest', 'least normal', 'least positive', 'infinities', 'NaN'],
    ...formats.map((one) => [
      one.name,
      one.bits,
      number(one.greatest),
      number(one.leastNormal),
      number(one.leastPositive),
      one.infinities ? 'yes' : 'no',
      one.nan ? 'yes' : 'no',
    ]),
  ];
}

function blockTable(blocks: readonly ReturnType<Formats['describeBlock']>[]) {
  if (blocks.length === 0) return [];
  return [
    ['in blocks', 'of', 'element', 'scale', 'tensor scale', 'bits per element'],
    ...blocks.map((one) => [
      one.name,
      one.block,
      one.element,
      one.scale,
      one.tensorScale ?? 'none',
      one.bitsPerElement,
    ]),
  ];
}

/** `bitloom format encode FORMAT`: float32 bits in hex to codes in hex, a line each. */
export const encode: Run<Options> = async (name, options) => {
  const { float32Encoder, formatWidth, numberFormatOf } = await import('../format/index.js');
  const format = numberFormatOf(name!);
  if (!format.ok) return fail(format.diagnostics);
  const encoder = float32Encoder(format.value, options);
  const digits = hexDigits(formatWidth(format.value));
  const random = options.rounding === 'stochastic';
  const line = random ? /^(?:0x)?([0-9a-f]{8})\s+(?:0x)?([0-9a-f]{8})$/i : /^(?:0x)?([0-9a-f]{8})$/i;
  const due = random ? '8 hex digits of a float32, then 8 of a random word' : '8 hex digits of a float32';
  return convertLines(due, (text) => {
    const found = line.exec(text);
    return found && encoder(parseInt(found[1]!, 16), parseInt(found[2] ?? '0', 16)).padStart(digits, '0');
  });
};

/** `bitloom format decode FORMAT`: codes in hex to float32 bits in hex, a line each. */
export const decode: Run<Options> = async (name, options) => {
  const { float32Of, formatName, formatWidth, numberFormatOf } = await import('../format/index.js');
  const format = numberFormatOf(name!);
  if (!format.ok) return fail(format.diagnostics);
  const width = formatWidth(format.value);
  const digits = hexDigits(width);
  let rounded = 0;
  const due = `a code of ${width} bits, in at most ${digits} hex digits`;
  const code = await convertLines(due, (text) => {
    const found = /^(?:0x)?([0-9a-f]+)$/i.exec(text)?.[1];
    if (found === undefined || found.length > digits) return null;
    const word = BigInt(`0x${found}`);
    if (word >> BigInt(width) > 0n) return null;
    const { bits, exact } = float32Of(format.value, word, options);
    if (!exact) rounded++;
    return bits.toString(16).padStart(8, '0');
  });
  if (rounded > 0 && code === exit.done)
    say(
      `rounded to the nearest float32: ${rounded} of the numbers, which ${formatName(format.value)} has more of`,
    );
  return code;
};

function hexDigits(width: number): number {
  return Math.ceil(width / 4);
}

/**
 * Converts standard input to standard output line by line; where a line cannot be, tells all such and prints nothing.
 *
 * @param due what a line should be
 * @param convert null for a line that is not
 */
async function convertLines(due: string, convert: (text: string) => string | null): Promise<number> {
  const lines = (await readInput()).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const faults: Diagnostic[] = [];
  const converted = lines.map((line, i) => {
    const text = line.trim();
    const result = convert(text);
    if (result === null) faults.push(badLine(text, i + 1, due));
    return result;
  });
  if (faults.length > 0) return fail(faults);
  if (converted.length > 0) print(converted.join('\n'));
  return exit.done;
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

function badLine(text: string, line: number, due: string): Diagnostic {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return fault('bad-line', text === '' ? 'the line is empty' : `\`${shown}\` is not ${due}`, {
    place: { file: 'standard input', line, column: 1, length: Math.max(1, text.length) },
    hint: text === '' ? `a line is ${due}` : undefined,
  });
}
