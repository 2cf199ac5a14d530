import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Diagnostic } from '../base/index.js';
import { limits } from './limits.js';
import { messages } from './messages.js';
import { climb, type Sign } from './precedence.js';
import { badNumber, longName, strayCharacters, tooDeep } from './problems.js';
import { sourceOf, spanOf, type Source, type Span } from './span.js';
import type { ArgumentSyntax, BinaryOperator, Expression, Name, UnaryOperator } from './syntax.js';
import * as t from './tokens.js';

/** A rule of the grammar that gives a `T`. */
export type Rule<T> = ParserMethod<[], T>;

export const nowhere: Span = { file: '', line: 1, column: 1, length: 1, start: 0, end: 0 };
/** What stands in the tree where the text could not be read; such a tree is never used. */
export const missing: Expression = { kind: 'truth', value: false, at: nowhere };
export const unnamed: Name = { text: '', at: nowhere };
const onFault = { recoveryValueFunc: () => missing };

interface Comprehended {
  readonly variable: Name;
  readonly first: Expression;
  readonly last: Expression;
}

/**
 * The grammar of expressions: a method a rule, each giving its part of the tree. That these are methods of a class is
 * the parser library's way.
 */
export class ExpressionGrammar extends EmbeddedActionsParser {
  source: Source = sourceOf('', '');
  problems: Diagnostic[] = [];
  /** Whether text in quotes and numbers with a point have a meaning here. */
  protected inSweep = false;

  constructor() {
    super(t.allTokens, { recoveryEnabled: true, maxLookahead: 2, errorMessageProvider: messages });
  }

  /** Whether there are not yet so many faults that reading on is of no use. */
  protected readonly goesOn = (): boolean => this.errors.length + this.problems.length <= limits.faults;

  protected readonly args: Rule<ArgumentSyntax[]> = this.RULE(
    'args',
    () => {
      const args: ArgumentSyntax[] = [];
      this.OPTION(() => {
        args.push(this.SUBRULE(this.argument));
        this.MANY({
          GATE: this.goesOn,
          DEF: () => {
            this.CONSUME(t.Comma);
            args.push(this.SUBRULE1(this.argument));
          },
        });
        this.OPTION1(() => this.CONSUME1(t.Comma));
      });
      return args;
    },
    { recoveryValueFunc: () => [] },
  );

  protected readonly argument: Rule<ArgumentSyntax> = this.RULE(
    'argument',
    () => {
      const name = this.OPTION(() => {
        const label = this.SUBRULE(this.name);
        this.CONSUME(t.Colon);
        return label;
      });
      const value = this.SUBRULE(this.expression);
      return this.ACTION(() => ({ name, value, at: name ? this.cover(name.at, value.at) : value.at }));
    },
    { recoveryValueFunc: () => ({ name: undefined, value: missing, at: nowhere }) },
  );

  protected readonly expression: Rule<Expression> = this.RULE(
    'expression',
    () =>
      this.OR({
        DEF: [{ ALT: () => this.SUBRULE(this.choose) }, { ALT: () => this.SUBRULE(this.chain) }],
        ERR_MSG: 'a value',
      }),
    onFault,
  );

  private readonly choose: Rule<Expression> = this.RULE(
    'choose',
    () => {
      const first = this.CONSUME(t.If);
      const condition = this.SUBRULE(this.expression);
      this.CONSUME(t.Then);
      const yes = this.SUBRULE1(this.expression);
      this.CONSUME(t.Else);
      const no = this.SUBRULE2(this.expression);
      return this.ACTION((): Expression => ({
        kind: 'choose',
        condition,
        yes,
        no,
        at: this.from(first, no.at),
      }));
    },
    onFault,
  );

  private readonly chain: Rule<Expression> = this.RULE(
    'chain',
    () => {
      const run: (Sign | Expression)[] = [];
      const first = this.SUBRULE(this.operand);
      this.ACTION(() => run.push(...first));
      this.MANY(() => {
        const operator = this.CONSUME(t.Infix).image as BinaryOperator;
        const more = this.SUBRULE1(this.operand);
        this.ACTION(() => run.push({ kind: 'infix', operator }, ...more));
      });
      return this.ACTION(() =>
        climb(
          run,
          (from, to) => this.cover(from, to),
          (pending, at) => this.limitAffixes(pending, at),
        ),
      );
    },
    onFault,
  );

  /** Prefix operators and the operand behind them. */
  private readonly operand: Rule<(Sign | Expression)[]> = this.RULE(
    'operand',
    () => {
      const run: (Sign | Expression)[] = [];
      this.MANY(() => {
        const token = this.CONSUME(t.Prefix);
        const operator = token.image as UnaryOperator;
        this.ACTION(() => run.push({ kind: 'prefix', operator, at: this.between(token, token) }));
      });
      run.push(this.SUBRULE(this.postfix));
      return run;
    },
    { recoveryValueFunc: () => [missing] },
  );

  protected readonly postfix: Rule<Expression> = this.RULE(
    'postfix',
    () => {
      let value = this.SUBRULE(this.primary);
      let count = 0;
      this.MANY(() => {
        value = this.OR([{ ALT: () => this.bracket(value) }, { ALT: () => this.outputOf(value) }]);
        this.ACTION(() => this.limitAffixes(++count, value.at));
      });
      return value;
    },
    onFault,
  );

  private bracket(value: Expression): Expression {
    this.CONSUME(t.LeftBracket);
    const index = this.SUBRULE(this.expression);
    const low = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.SUBRULE1(this.expression);
    });
    const last = this.CONSUME(t.RightBracket);
    return this.ACTION(() => {
      const at = this.upTo(value.at, last);
      return low ? { kind: 'bits', value, high: index, low, at } : { kind: 'index', value, index, at };
    });
  }

  private outputOf(value: Expression): Expression {
    this.CONSUME(t.Dot);
    const name = this.SUBRULE(this.name);
    return this.ACTION(() => ({ kind: 'output', value, name, at: this.cover(value.at, name.at) }));
  }

  private readonly primary: Rule<Expression> = this.RULE(
    'primary',
    () =>
      this.OR({
        DEF: [
          { ALT: () => this.integer() },
          { ALT: () => this.text() },
          { ALT: () => this.truth(this.CONSUME(t.True), true) },
          { ALT: () => this.truth(this.CONSUME(t.False), false) },
          { ALT: () => this.group() },
          { ALT: () => this.SUBRULE(this.vector) },
          { ALT: () => this.record() },
          { ALT: () => this.SUBRULE(this.reference) },
        ],
        ERR_MSG: 'a value',
      }),
    onFault,
  );

  private integer(): Expression {
    const token = this.CONSUME(t.Integer);
    return this.ACTION(() => {
      const at = this.between(token, token);
      return { kind: 'integer', value: this.number(token.image, at), image: token.image, at };
    });
  }

  private number(image: string, at: Span): bigint {
    if (this.inSweep && /^\d+\.\d+$/.test(image)) return 0n;
    if (t.wellFormedInteger.test(image) && image.length <= limits.integerBits / 3)
      return BigInt(image.replaceAll('_', ''));
    this.problems.push(badNumber(at, image));
    return 0n;
  }

  private text(): Expression {
    const token = this.CONSUME(t.Text);
    return this.ACTION(() => {
      const at = this.between(token, token);
      if (!this.inSweep) this.problems.push(strayCharacters(at, token.image));
      return { kind: 'text', text: token.image.slice(1, -1), at };
    });
  }

  private truth(token: IToken, value: boolean): Expression {
    return this.ACTION(() => ({ kind: 'truth', value, at: this.between(token, token) }));
  }

  private group(): Expression {
    const first = this.CONSUME(t.LeftParen);
    const inner = this.SUBRULE(this.expression);
    const last = this.CONSUME(t.RightParen);
    return this.ACTION(() => ({ kind: 'group', inner, at: this.between(first, last) }));
  }

  private record(): Expression {
    const first = this.CONSUME(t.LeftBrace);
    const fields = this.SUBRULE1(this.args);
    const last = this.CONSUME(t.RightBrace);
    return this.ACTION(() => ({ kind: 'record', fields, at: this.between(first, last) }));
  }

  private readonly vector: Rule<Expression> = this.RULE(
    'vector',
    () => {
      const first = this.CONSUME(t.LeftBracket);
      const element = this.SUBRULE(this.expression);
      const rest = this.OR<Comprehended | Expression[]>([
        { ALT: () => this.SUBRULE(this.loop) },
        { ALT: () => this.SUBRULE(this.moreElements) },
      ]);
      const last = this.CONSUME(t.RightBracket);
      return this.ACTION((): Expression => {
        const at = this.between(first, last);
        if (Array.isArray(rest)) return { kind: 'vector', elements: [element, ...rest], at };
        return { kind: 'comprehension', element, ...rest, at };
      });
    },
    onFault,
  );

  private readonly loop: Rule<Comprehended> = this.RULE(
    'loop',
    () => {
      this.CONSUME(t.For);
      const variable = this.SUBRULE(this.name);
      this.CONSUME(t.In);
      const first = this.SUBRULE(this.expression);
      this.CONSUME(t.Range);
      const last = this.SUBRULE1(this.expression);
      return { variable, first, last };
    },
    { recoveryValueFunc: () => ({ variable: unnamed, first: missing, last: missing }) },
  );

  private readonly moreElements: Rule<Expression[]> = this.RULE(
    'moreElements',
    () => {
      const elements: Expression[] = [];
      this.MANY({
        GATE: this.goesOn,
        DEF: () => {
          this.CONSUME(t.Comma);
          elements.push(this.SUBRULE(this.expression));
        },
      });
      this.OPTION(() => this.CONSUME1(t.Comma));
      return elements;
    },
    { recoveryValueFunc: () => [] },
  );

  /** A name, or a call of what it names. */
  private readonly reference: Rule<Expression> = this.RULE(
    'reference',
    () => {
      const name = this.SUBRULE(this.name);
      const call = this.OPTION(() => {
        this.CONSUME(t.LeftParen);
        const args = this.SUBRULE(this.args);
        return { args, last: this.CONSUME(t.RightParen) };
      });
      return this.ACTION((): Expression => {
        if (!call) return { kind: 'name', name: name.text, at: name.at };
        return { kind: 'call', callee: name, args: call.args, at: this.upTo(name.at, call.last) };
      });
    },
    onFault,
  );

  protected readonly name: Rule<Name> = this.RULE(
    'name',
    () => {
      const token = this.CONSUME(t.Name);
      return this.ACTION(() => this.named(token));
    },
    { recoveryValueFunc: () => unnamed },
  );

  private named(token: IToken): Name {
    const at = this.between(token, token);
    if (token.image.length > limits.nameCharacters) this.problems.push(longName(at, token.image.length));
    return { text: token.image, at };
  }

  private limitAffixes(count: number, at: Span): void {
    if (count > limits.affixes && this.problems.at(-1)?.code !== 'too-deep')
      this.problems.push(tooDeep(at, 'operators and brackets here are', limits.affixes));
  }

  protected between(first: IToken, last: IToken): Span {
    return this.span(first.startOffset, last.startOffset + last.image.length);
  }

  protected from(first: IToken, last: Span): Span {
    return this.span(first.startOffset, last.end);
  }

  protected upTo(first: Span, last: IToken): Span {
    return this.span(first.start, last.startOffset + last.image.length);
  }

  protected cover(first: Span, last: Span): Span {
    return this.span(first.start, last.end);
  }

  private span(start: number, end: number): Span {
    // Tokens that error recovery made up have no offset.
    return Number.isNaN(start + end) ? nowhere : spanOf(this.source, start, end);
  }
}
