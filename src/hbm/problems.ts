import { fault, suggest, type Diagnostic, type Place } from '../base/index.js';
import type { Port } from './ports.js';
import type { Stored } from './stored.js';
import { tableBytes, type EmbeddingModel, type Table } from './tables.js';

export function badSyntax(what: string, place: Place): Diagnostic {
  const words = what.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return fault('bad-json', `this is not JSON: ${words}`, { place });
}

export function wrongKind(what: string, kind: string, place: Place): Diagnostic {
  return fault('hbm-kind', `${what} must be ${kind}`, { place });
}

export function missingField(name: string, place: Place): Diagnostic {
  return fault('hbm-missing', `\`${name}\` is missing here`, {
    place,
    hint: 'docs/embeddings.md says what there must be',
  });
}

export function unknownField(what: string, name: string, known: readonly string[], place: Place): Diagnostic {
  return fault('hbm-unknown', `${what} has no \`${name}\``, { place, hint: suggest(name, known) });
}

export function twice(name: string, place: Place): Diagnostic {
  return fault('hbm-twice', `\`${name}\` is here for the second time`, { place, hint: 'keep one of them' });
}

export function outOfRange(
  what: string,
  value: number,
  least: number,
  most: number,
  place?: Place,
): Diagnostic {
  return fault('hbm-range', `${what} is a number from ${least} to ${most}; ${value} is not`, { place });
}

export function sameName(name: string, place: Place): Diagnostic {
  return fault('hbm-twice', `another table is named \`${name}\``, {
    place,
    hint: 'give it a `name` of its own, or one entry with a `count`',
  });
}

export function tooManyTables(most: number, place: Place): Diagnostic {
  return fault('hbm-range', `there are more than ${most} tables`, { place });
}

export function notAsMany(layers: number, elements: number, place: Place): Diagnostic {
  return fault('hbm-network', `${layers} layers, but ${elements} numbers of processing elements`, {
    place,
    hint: 'give as many `processingElements` as `layers`',
  });
}

export function notDivided(outputs: number, elements: number, place: Place): Diagnostic {
  return fault('hbm-network', `${elements} processing elements cannot share ${outputs} rows evenly`, {
    place,
    hint: 'give a layer a number of elements that divides its outputs',
  });
}

/** A table found no channel with room for it: how much is missing in all, or in the roomiest channel. */
export function noRoom(
  model: EmbeddingModel,
  { parts, bytes }: Stored,
  ports: readonly Port[],
  free: number,
): Diagnostic {
  const room = ports.reduce((sum, port) => sum + (port.onChip ? 0 : port.bytes), 0);
  const needed = tableBytes(model);
  const { name, place } = model.tables[parts[0]!.table]!;
  if (needed > room)
    return fault(
      'hbm-full',
      `the tables take ${bytesText(needed)}, and the memory off the chip holds ${bytesText(room)}: ${bytesText(needed - room)} too much`,
      { hint: 'choose a board with more memory, fewer bits for an element, or fewer rows' },
    );
  return fault(
    'hbm-full',
    `table \`${name}\` needs ${bytesText(bytes)} in one channel, and the roomiest has ${bytesText(free)} left: ${bytesText(bytes - free)} too much`,
    { place, hint: 'split it by columns into several tables, or choose a board with larger channels' },
  );
}

/** Bytes as a reader wants them: three digits and a binary unit. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 2 ** (10 * unit);
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

export function illegalPlan(what: string, place: Place): Diagnostic {
  return fault('hbm-plan', `this plan does not hold: ${what}`, {
    place,
    hint: 'make it anew by `bitloom hbm plan`',
  });
}

export function unknownPlanner(name: string, known: readonly string[], place: Place): Diagnostic {
  return fault('hbm-unknown', `there is no planner \`${name}\``, { place, hint: suggest(name, known) });
}

export function wrongCount(found: number, width: number, place: Place): Diagnostic {
  return fault('hbm-trace', `${found} indices, but an item has ${width}`, {
    place,
    hint: 'give an index for every lookup of every table, in table order',
  });
}

export function badIndex(word: string, place: Place): Diagnostic {
  return fault('hbm-trace', `\`${word}\` is no index`, { place, hint: 'indices are whole numbers from 0' });
}

export function indexRange(name: string, value: number, rows: number, place: Place): Diagnostic {
  return fault('hbm-trace', `table \`${name}\` has rows 0 to ${rows - 1}, and no row ${value}`, { place });
}

export function emptyTrace(file: string): Diagnostic {
  return fault('hbm-trace', `${file} has no items`, { hint: 'give the indices of an item on each line' });
}

export function fullChip(caches: number, bytes: number, room: number): Diagnostic {
  return fault(
    'hbm-cache',
    `${caches} caches of ${bytesText(bytes)} take ${bytesText(caches * bytes)}, and the plan leaves ${bytesText(room)} on the chip`,
    { hint: `give each at most ${Math.floor(room / caches / 1024)} KiB` },
  );
}

export function unknownTiming(name: string, known: readonly string[]): Diagnostic {
  return fault('hbm-timing', `there are no timings \`${name}\``, { hint: suggest(name, known) });
}

export function longRow({ name, place }: Table, bytes: number): Diagnostic {
  return fault('hbm-image', `a row of table \`${name}\` takes ${bytes} bytes, and a burst at most 4096`, {
    place,
    hint: 'split the table by columns into several',
  });
}

export function imageFull(channel: string, bytes: number, room: number): Diagnostic {
  return fault(
    'hbm-image',
    `the image of channel ${channel} takes ${bytesText(bytes)}, ${bytesText(bytes - room)} more than the channel holds`,
    { hint: 'rows lie a power of two of bytes apart; plan with products or pieces of such lengths' },
  );
}

export function wrongShape(file: string, found: readonly number[], table: Table): Diagnostic {
  return fault(
    'hbm-image',
    `${file} has the shape ${found.join(' × ')}, but table \`${table.name}\` has ${table.rows} rows of ${table.columns} columns`,
    { hint: 'save an array of rows × columns' },
  );
}

export function noNumber(file: string, at: number): Diagnostic {
  return fault('hbm-image', `element ${at} of ${file} is no finite number`);
}

export function noNetwork(model: string): Diagnostic {
  return fault('hbm-network', `the tables of \`${model}\` have no network behind them`, {
    hint: 'give `network` in the file of the tables, and plan anew',
  });
}

export function wideFraction(fraction: number, elementBits: number): Diagnostic {
  return fault('hbm-image', `elements of ${elementBits} bits cannot have ${fraction} bits behind the point`, {
    hint: `give a fraction from 0 to ${elementBits - 1}`,
  });
}

export function wideElement(elementBits: number, most: number): Diagnostic {
  return fault(
    'hbm-image',
    `elements of ${elementBits} bits are wider than the ${most} that images are made of`,
  );
}

export function tooManyElements(elements: number, most: number): Diagnostic {
  return fault(
    'hbm-image',
    `the tables have ${elements} elements, more than the ${most} that a trial takes`,
    {
      hint: 'cut them by `--most-rows`',
    },
  );
}
