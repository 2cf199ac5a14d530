import { fault, wholeFile, type Diagnostic } from '../base/index.js';

/** A JSON document that no report is made of. */
export function unknownResults(file: string, known: readonly string[]): Diagnostic {
  return fault('unknown-results', `${file} holds no results that a report can be made of`, {
    place: wholeFile(file),
    hint: `give what one of these wrote: ${known.join(', ')}`,
  });
}

export function misshapenResults(file: string, why: string): Diagnostic {
  return fault('bad-results', `${file}: ${why}`, { place: wholeFile(file) });
}

export function nothingToReport(folder: string): Diagnostic {
  return fault(
    'nothing-to-report',
    `${folder} holds neither the store of a sweep nor JSON documents with a title`,
    {
      hint: 'give a design, FILE.dp, a store that `bitloom sweep` wrote, or JSON that another command wrote',
    },
  );
}
