import { EOF, tokenMatcher, type IToken } from 'chevrotain';
import { missing, nowhere, unnamed, type Rule } from './expression-grammar.js';
import { sourceOf, type Source } from './span.js';
import { SweepGrammar } from './sweep-grammar.js';
import type {
  ArgumentSyntax,
  DatapathSyntax,
  Domain,
  Expression,
  InSyntax,
  OutSyntax,
  ParameterSyntax,
  Statement,
  SweepSyntax,
} from './syntax.js';
import * as t from './tokens.js';

/**
 * The grammar of files. After a syntax error the parser goes on at the next
 * statement, and the tree is of no use. Used through `parseTokens`.
 */
class Grammar extends SweepGrammar {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  readonly file: Rule<Definitions> = this.RULE('file', () => {
    const datapaths: DatapathSyntax[] = [];
    const sweeps: SweepSyntax[] = [];
    this.MANY({
      GATE: this.goesOn,
      DEF: () =>
        this.OR([
          { ALT: () => datapaths.push(this.SUBRULE(this.datapath)) },
          { ALT: () => sweeps.push(this.SUBRULE(this.sweep)) },
        ]),
    });
    this.CONSUME(EOF);
    return { datapaths, sweeps };
  });

  readonly lone: Rule<Expression> = this.RULE('lone', () => {
    const expression = this.SUBRULE(this.expression);
    this.CONSUME(EOF);
    return expression;
  });

  private readonly datapath: Rule<DatapathSyntax> = this.RULE(
    'datapath',
    () => {
      const first = this.CONSUME(t.Datapath);
      const name = this.SUBRULE(this.name);
      const parameters: ParameterSyntax[] = [];
      const statements: Statement[] = [];
      this.OPTION(() => {
        this.CONSUME(t.LeftParen);
        this.OPTION1(() => {
          parameters.push(this.SUBRULE(this.parameter));
          this.MANY({
            GATE: this.goesOn,
            DEF: () => {
              this.CONSUME(t.Comma);
              parameters.push(this.SUBRULE1(this.parameter));
            },
          });
          this.OPTION2(() => this.CONSUME1(t.Comma));
        });
        this.CONSUME(t.RightParen);
      });
      this.CONSUME(t.LeftBrace);
      this.MANY1({ GATE: this.goesOn, DEF: () => statements.push(this.SUBRULE(this.statement)) });
      const last = this.CONSUME(t.RightBrace);
      return this.ACTION(() => ({ name, about: '', parameters, statements, at: this.between(first, last) }));
    },
    {
      recoveryValueFunc: () => ({ name: unnamed, about: '', parameters: [], statements: [], at: nowhere }),
    },
  );

  private readonly parameter: Rule<ParameterSyntax> = this.RULE(
    'parameter',
    () => {
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.Colon);
      const least = this.SUBRULE(this.expression);
      const most = this.OPTION(() => {
        this.CONSUME(t.Range);
        return this.SUBRULE1(this.expression);
      });
      this.CONSUME(t.Becomes);
      const preset = this.SUBRULE2(this.expression);
      const domain: Domain = most ? { kind: 'range', least, most } : { kind: 'named', choice: least };
      return this.ACTION(() => ({ name, domain, default: preset, at: this.cover(name.at, preset.at) }));
    },
    {
      recoveryValueFunc: () => ({
        name: unnamed,
        domain: { kind: 'named', choice: missing } as const,
        default: missing,
        at: nowhere,
      }),
    },
  );

  private readonly statement: Rule<Statement> = this.RULE(
    'statement',
    () =>
      this.OR<Statement>([
        { ALT: () => this.SUBRULE(this.streamStatement) },
        { ALT: () => this.SUBRULE(this.inStatement) },
        { ALT: () => this.SUBRULE(this.outStatement) },
        { ALT: () => this.SUBRULE(this.letStatement) },
        { ALT: () => this.SUBRULE(this.typeStatement) },
        { ALT: () => this.SUBRULE(this.regStatement) },
        { ALT: () => this.SUBRULE(this.pipelineStatement) },
      ]),
    { recoveryValueFunc: (): Statement => ({ kind: 'pipeline', args: [], at: nowhere }) },
  );

  private readonly streamStatement: Rule<Statement> = this.RULE('streamStatement', () => {
    const first = this.CONSUME(t.Stream);
    const port = this.OR<Statement>([
      { ALT: () => this.SUBRULE(this.inStatement) },
      { ALT: () => this.SUBRULE(this.outStatement) },
    ]);
    return this.ACTION((): Statement => ({
      ...(port as InSyntax | OutSyntax),
      stream: true,
      at: this.from(first, port.at),
    }));
  });

  private readonly inStatement: Rule<Statement> = this.RULE('inStatement', () => {
    const first = this.CONSUME(t.In);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.postfix);
    return this.ACTION((): Statement => ({
      kind: 'in',
      stream: false,
      name,
      type,
      at: this.from(first, type.at),
    }));
  });

  private readonly outStatement: Rule<Statement> = this.RULE('outStatement', () => {
    const first = this.CONSUME(t.Out);
    const name = this.SUBRULE(this.name);
    const type = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.SUBRULE(this.postfix);
    });
    this.CONSUME(t.Becomes);
    const value = this.SUBRULE(this.expression);
    const when = this.OPTION1(() => {
      this.CONSUME(t.When);
      return this.SUBRULE1(this.expression);
    });
    return this.ACTION((): Statement => {
      const at = this.from(first, (when ?? value).at);
      return { kind: 'out', stream: false, name, type, value, when, at };
    });
  });

  private readonly letStatement: Rule<Statement> = this.RULE('letStatement', () => {
    const first = this.CONSUME(t.Let);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Becomes);
    const value = this.SUBRULE(this.expression);
    return this.ACTION((): Statement => ({ kind: 'let', name, value, at: this.from(first, value.at) }));
  });

  private readonly typeStatement: Rule<Statement> = this.RULE('typeStatement', () => {
    const first = this.CONSUME(t.Type);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Becomes);
    const type = this.SUBRULE(this.postfix);
    return this.ACTION((): Statement => ({ kind: 'type', name, type, at: this.from(first, type.at) }));
  });

  private readonly regStatement: Rule<Statement> = this.RULE('regStatement', () => {
    const first = this.CONSUME(t.Reg);
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const type = this.SUBRULE(this.postfix);
    const reset = this.OPTION(() => {
      this.CONSUME(t.Reset);
      return this.SUBRULE(this.expression);
    });
    const next = this.OPTION1(() => {
      this.CONSUME(t.Becomes);
      return this.SUBRULE1(this.expression);
    });
    const when = this.OPTION2(() => {
      this.CONSUME(t.When);
      return this.SUBRULE2(this.expression);
    });
    return this.ACTION((): Statement => {
      const at = this.from(first, (when ?? next ?? reset ?? type).at);
      return { kind: 'reg', name, type, reset, next, when, at };
    });
  });

  /** An argument with or without a unit, as `clock: 800 ps`. */
  private readonly measuredArgument: Rule<ArgumentSyntax> = this.RULE(
    'measuredArgument',
    () => {
      const argument = this.SUBRULE(this.argument);
      const unit = this.OPTION(() => this.SUBRULE(this.name));
      return this.ACTION(() =>
        unit ? { ...argument, unit, at: this.cover(argument.at, unit.at) } : argument,
      );
    },
    { recoveryValueFunc: () => ({ name: undefined, value: missing, at: nowhere }) },
  );

  private readonly pipelineStatement: Rule<Statement> = this.RULE('pipelineStatement', () => {
    const first = this.CONSUME(t.Pipeline);
    this.CONSUME(t.LeftParen);
    const args: ArgumentSyntax[] = [];
    this.OPTION(() => {
      args.push(this.SUBRULE(this.measuredArgument));
      this.MANY({
        GATE: this.goesOn,
        DEF: () => {
          this.CONSUME(t.Comma);
          args.push(this.SUBRULE1(this.measuredArgument));
        },
      });
      this.OPTION1(() => this.CONSUME1(t.Comma));
    });
    const last = this.CONSUME(t.RightParen);
    return this.ACTION((): Statement => ({ kind: 'pipeline', args, at: this.between(first, last) }));
  });
}

/** A syntax error: the token it is at, and what was expected and found, in words. */
export interface SyntaxFault {
  readonly token: IToken;
  readonly previous: IToken | undefined;
  readonly message: string;
}

let grammar: Grammar | undefined;

/** What a file defines, each kind in the order of the text. */
interface Definitions {
  readonly datapaths: DatapathSyntax[];
  readonly sweeps: SweepSyntax[];
}

/** What a text can be: a file of definitions, or a lone expression. */
interface Trees {
  readonly file: Definitions;
  readonly lone: Expression;
}

/** The tree of a tokenised text, with syntax errors and other problems; with any of those there is no tree to use. */
export function parseTokens<K extends keyof Trees>(source: Source, input: IToken[], kind: K) {
  grammar ??= new Grammar();
  grammar.source = source;
  grammar.problems = [];
  grammar.input = input;
  const tree = (grammar[kind] as unknown as Rule<Trees[K]>)();
  const faults: SyntaxFault[] = grammar.errors.map((error) => ({
    token: error.token,
    previous: 'previousToken' in error ? (error.previousToken as IToken) : undefined,
    message: error.message,
  }));
  const { problems } = grammar;
  grammar.source = sourceOf('', '');
  grammar.input = [];
  return { tree, faults, problems };
}

/** Whether the token is the end of the text. */
export function isEnd(token: IToken): boolean {
  return tokenMatcher(token, EOF);
}
