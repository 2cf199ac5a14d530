import { fault, type Diagnostic } from '../../base/index.js';

const again = 'write the datapath anew by `bitloom hbm image`';

export function unequalSlots(rows: number, columns: number): Diagnostic {
  return fault('bad-lookup', `\`rows\` has ${rows} elements, but \`columns\` has ${columns}`, {
    hint: 'each index of an item has a number of rows and of columns',
  });
}

export function damagedReads(): Diagnostic {
  return fault('bad-lookup', '`reads` ends within a read', {
    hint: 'each is a port (-1 for the chip), a base address, a number of parts, then slot, first column and columns of each part',
  });
}

export function wrongPart(read: number, what: string): Diagnostic {
  return fault('bad-lookup', `read ${read}: ${what}`, { hint: again });
}

export function idleChannel(channel: number): Diagnostic {
  return fault('bad-lookup', `channel ${channel} has no reads`, {
    hint: 'number the channels that have tables from 0 on',
  });
}

export function columnRead(slot: number, column: number, times: number): Diagnostic {
  return fault('bad-lookup', `column ${column} of index ${slot} is read ${times} times`, {
    hint: 'every column is read once',
  });
}

export function noPower(name: string, value: number): Diagnostic {
  return fault('parameter-rule', `\`${name}\` of \`embedding_lookup\` is ${value}, which is no power of two`);
}

export function largeElement(element: number, width: number): Diagnostic {
  return fault('bad-lookup', `${element} in \`contents\` does not fit ${width} bits`);
}

export function wrongContents(found: number, due: number): Diagnostic {
  return fault('bad-lookup', `\`contents\` has ${found} elements, but the tables on the chip have ${due}`, {
    hint: 'give the elements row by row, table after table in the order of `reads`',
  });
}
