import { EmbeddedActionsParser, EOF, type IRecognitionException, type IToken } from 'chevrotain';
import { failure, success, type Diagnostic, type Result } from '../../base/index.js';
import { libertySyntax, noLibrary, notLiberty } from '../problems.js';
import { place } from './position.js';
import type { Attribute, Group } from './syntax.js';
import {
  begin,
  close,
  colon,
  comma,
  end,
  lexer,
  open,
  quoted,
  semicolon,
  vocabulary,
  word,
} from './tokens.js';

interface Body {
  readonly attributes: Attribute[];
  readonly groups: Group[];
}

/** Liberty's grammar. Recovery is off, as one missing brace would make every later complaint a wrong one. */
class LibertyParser extends EmbeddedActionsParser {
  constructor() {
    super(vocabulary, { recoveryEnabled: false, maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', (): Body => {
    const body: Body = { attributes: [], groups: [] };
    this.MANY(() => this.SUBRULE(this.statement, { ARGS: [body] }));
    return body;
  });

  private readonly statement = this.RULE('statement', (body: Body): void => {
    const name = this.CONSUME(word);
    this.OR([
      { ALT: () => this.SUBRULE(this.simple, { ARGS: [body, name] }) },
      { ALT: () => this.SUBRULE(this.complex, { ARGS: [body, name] }) },
    ]);
    this.MANY(() => this.CONSUME(semicolon));
  });

  /** `name : value ;`. The semicolon may be missing, and a value may be a bare expression such as `VDD + 0.3`. */
  private readonly simple = this.RULE('simple', (body: Body, name: IToken): void => {
    this.CONSUME(colon);
    let text = this.SUBRULE(this.value);
    this.MANY({
      GATE: () => this.LA(2).tokenType !== colon && this.LA(2).tokenType !== open,
      DEF: () => {
        text += ' ' + this.SUBRULE1(this.value);
      },
    });
    this.ACTION(() => body.attributes.push({ name: name.image, values: [text], offset: name.startOffset }));
  });

  /** `name (a, b);` or `name (a) { … }`. */
  private readonly complex = this.RULE('complex', (body: Body, name: IToken): void => {
    const args: string[] = [];
    this.CONSUME(open);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(comma) },
        {
          ALT: () => {
            const value = this.SUBRULE(this.value);
            this.ACTION(() => args.push(value));
          },
        },
      ]),
    );
    this.CONSUME(close);
    this.OR1([
      { ALT: () => this.SUBRULE(this.group, { ARGS: [body, name, args] }) },
      {
        ALT: () => {
          this.ACTION(() =>
            body.attributes.push({ name: name.image, values: args, offset: name.startOffset }),
          );
        },
      },
    ]);
  });

  private readonly group = this.RULE('group', (body: Body, name: IToken, args: string[]): void => {
    const inner: Body = { attributes: [], groups: [] };
    this.CONSUME(begin);
    this.MANY(() => this.SUBRULE(this.statement, { ARGS: [inner] }));
    this.CONSUME(end);
    this.ACTION(() => body.groups.push({ name: name.image, args, offset: name.startOffset, ...inner }));
  });

  private readonly value = this.RULE('value', (): string =>
    this.OR([{ ALT: () => this.CONSUME(word).image }, { ALT: () => unquote(this.CONSUME(quoted).image) }]),
  );
}

let parser: LibertyParser | undefined;

/**
 * The `library` groups of Liberty text. Faults: text that is not Liberty (binary), a broken or truncated file (with
 * line and column), a file without a library.
 */
export function parseLiberty(file: string, text: string): Result<readonly Group[]> {
  if (text.includes('\0')) return failure(notLiberty(file));
  const lexed = lexer.tokenize(text);
  const lexical = lexed.errors[0];
  if (lexical) {
    const found = text.slice(lexical.offset, lexical.offset + 1);
    return failure(
      libertySyntax(place(file, text, lexical.offset, 1), found, 'a name, a value or one of ( ) { } : ; ,'),
    );
  }
  parser ??= new LibertyParser();
  parser.input = lexed.tokens;
  const body = parser.file();
  const broken = parser.errors[0];
  parser.input = [];
  if (broken) return failure(syntaxFault(file, text, broken));
  const libraries = body.groups.filter((group) => group.name === 'library');
  return libraries.length > 0 ? success(libraries) : failure(noLibrary(file));
}

function syntaxFault(file: string, text: string, broken: IRecognitionException): Diagnostic {
  const ended = broken.token.tokenType === EOF;
  const offset = ended ? text.trimEnd().length : broken.token.startOffset;
  const found = ended ? 'the end of the file' : broken.token.image.slice(0, 30);
  return libertySyntax(
    place(file, text, offset, ended ? 1 : broken.token.image.length),
    found,
    expected(broken, ended),
  );
}

function expected(broken: IRecognitionException, ended: boolean): string {
  if (ended) return 'a closing brace: the file is cut off';
  return broken.name === 'NotAllInputParsedException'
    ? 'the end of the file: there is a brace too many'
    : 'a statement such as `name : value ;`';
}

function unquote(image: string): string {
  const inner = image.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\[ \t]*\r?\n/g, ' ') : inner;
}
