import { describe, expect, it } from 'vitest';
import { formatSource, parseSource, type SourceFile } from '../../src/lang/index.js';
import { body, need, textsIn } from './designs.js';

const format = (text: string): string => need(formatSource(text, 'test.dp'), text);

/** The tree without places, as text. */
function shape(text: string): string {
  const { datapaths, sweeps } = need<SourceFile>(parseSource(text, 'test.dp'), text);
  return JSON.stringify([datapaths, sweeps], (key, value: unknown) => {
    if (key === 'at') return undefined;
    return typeof value === 'bigint' ? String(value) : value;
  });
}

function comments(text: string): string[] {
  return need(parseSource(text, 'test.dp'), text)
    .comments.map((comment) => comment.text)
    .sort();
}

const examples = textsIn('examples');
const parsable = [...examples, ...textsIn('test/errors')].filter(({ text }) => parseSource(text, '').ok);

const crowded = `/* a file */ // of designs

// About.
datapath t( // behind the bracket
  n : 1 .. 8=4,// n's
  // before mode
  mode: down|up=down,m:1..2=1 /* m */
  // at the end
) { // in the body

  // first

  // second
  in a:int( 8 )[ n ] in c:bool// behind
  let list=[1,// one
    /* two */2,
    [ 3 ][0] // three
    // end of list
  ] let   f = g( // behind call
     a , x:1 // x
  )


  /* before */ out /* in the middle */ y = a /* more */ + 1 // last
  pipeline( stages : 2 // two
  )
  // end of body
} // behind the brace

// between

datapath u{}
// end of file

/* really */
`;

describe('the formatter', () => {
  it.each(parsable)(
    'keeps the tree and the comments of $name, and changes its own text no more',
    ({ text }) => {
      const once = format(text);
      expect(shape(once)).toBe(shape(text));
      expect(comments(once)).toEqual(comments(text));
      expect(format(once)).toBe(once);
    },
  );

  it('sees most of the files', () => expect(parsable.length).toBeGreaterThan(30));

  it.each(examples)('leaves $name as it is', ({ text }) => expect(format(text)).toBe(text));

  it('keeps comments wherever they stand', () => {
    const once = format(crowded);
    expect(comments(once)).toEqual(comments(crowded));
    expect(shape(once)).toBe(shape(crowded));
    expect(format(once)).toBe(once);
    expect(once).toMatchSnapshot();
  });

  it('keeps comments between any two words', () => {
    const words = format(
      body('in a: int(8)[4]\nlet b = [a[i] * (2 + i) for i in 0..3]\nout y = dot(a, [1, b[0]], lanes: 2)'),
    )
      .split(/(?<=\S)(?=\s)|(?<=[[\](),:])/)
      .filter((word) => word.trim() !== '');
    for (let i = 0; i <= words.length; i++)
      for (const comment of ['// note\n', '/* note */', '\n\n// note\n\n']) {
        const text = [...words.slice(0, i), comment, ...words.slice(i)].join(' ');
        const once = format(text);
        expect(comments(once), text).toEqual([comment.trim()]);
        expect(format(once), text).toBe(once);
      }
  });

  it('writes one statement a line, with single blanks and at most one empty line', () => {
    expect(
      format(
        'datapath  t ( n:1..4 = 2,) {in a:int( n )\n\n\n\nout y=- a+( ~a )  when_it\n}'.replace(
          '  when_it',
          '',
        ),
      ),
    ).toBe('datapath t(n: 1..4 = 2) {\n  in a: int(n)\n\n  out y = -a + (~a)\n}\n');
  });

  it('breaks what is longer than a line', () => {
    const terms = Array.from({ length: 30 }, (_, i) => `operand_${i}`);
    for (const text of [
      body(`out y = ${terms.join(' + ')}`),
      body(`out y = f(${terms.join(', ')})`),
      body(`out y = [${terms.join(', ')}]`),
      body(`out y = if ${terms.slice(0, 8).join(' and ')} then ${terms[0]} else ${terms[1]}`),
    ]) {
      const once = format(text);
      expect(Math.max(...once.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(shape(once)).toBe(shape(text));
    }
  });

  it('gives the faults of a text with faults', () => {
    expect(formatSource('datapath {', 'test.dp')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'syntax' }],
    });
  });
});
