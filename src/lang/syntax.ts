import type { Span } from './span.js';

/** The tree of a design text. Every node tells where it stands. */

interface Placed {
  readonly at: Span;
}

export interface Name extends Placed {
  readonly text: string;
}

/** A line or block comment, as it stands in the text. */
export interface Comment extends Placed {
  readonly text: string;
}

export interface SourceFile {
  readonly file: string;
  readonly datapaths: readonly DatapathSyntax[];
  readonly sweeps: readonly SweepSyntax[];
  /** All comments of the file, in order. */
  readonly comments: readonly Comment[];
}

export interface DatapathSyntax extends Placed {
  readonly name: Name;
  /** The comment directly before it, as sentences; empty without one. */
  readonly about: string;
  readonly parameters: readonly ParameterSyntax[];
  readonly statements: readonly Statement[];
}

/** `sweep NAME { … }`: many points at once. */
export interface SweepSyntax extends Placed {
  readonly kind: 'sweep';
  readonly name: Name;
  readonly statements: readonly SweepStatement[];
}

export type SweepStatement =
  VariesSyntax | WhereSyntax | MeasureSyntax | DerivedSyntax | ParetoSyntax | SettingSyntax;

/** `NAME in [a, b]` or `NAME in a..b step s`, with `when condition` behind. */
export interface VariesSyntax extends Placed {
  readonly kind: 'varies';
  readonly name: Name;
  readonly values: Expression;
  /** The end of a range, which `values` is the start of. */
  readonly most: Expression | undefined;
  readonly step: Expression | undefined;
  readonly when: Expression | undefined;
}

export interface WhereSyntax extends Placed {
  readonly kind: 'where';
  readonly condition: Expression;
}

/** `measure a, b(x: 1) as c` */
export interface MeasureSyntax extends Placed {
  readonly kind: 'measure';
  readonly measures: readonly MeasuredSyntax[];
}

export interface MeasuredSyntax extends Placed {
  readonly value: Expression;
  readonly as: Name | undefined;
}

/** `let name = formula` */
export interface DerivedSyntax extends Placed {
  readonly kind: 'derived';
  readonly name: Name;
  readonly value: Expression;
}

/** `pareto min a, max b` */
export interface ParetoSyntax extends Placed {
  readonly kind: 'pareto';
  readonly objectives: readonly ObjectiveSyntax[];
}

export interface ObjectiveSyntax extends Placed {
  readonly direction: 'min' | 'max';
  readonly measure: Name;
}

/** `search(…)`, `budget(…)` or `settings(…)`. */
export interface SettingSyntax extends Placed {
  readonly kind: 'setting';
  readonly name: Name;
  readonly args: readonly ArgumentSyntax[];
}

/** `NAME: least..most = default`, or `NAME: domain = default` with `bool`, `format` or names between bars. */
export interface ParameterSyntax extends Placed {
  readonly name: Name;
  readonly domain: Domain;
  readonly default: Expression;
}

export type Domain =
  | { readonly kind: 'range'; readonly least: Expression; readonly most: Expression }
  | { readonly kind: 'named'; readonly choice: Expression };

export type Statement = InSyntax | OutSyntax | LetSyntax | TypeSyntax | RegSyntax | PipelineSyntax;

export interface InSyntax extends Placed {
  readonly kind: 'in';
  /** Whether `stream` stands before it: words come by valid and ready. */
  readonly stream: boolean;
  readonly name: Name;
  readonly type: Expression;
}

export interface OutSyntax extends Placed {
  readonly kind: 'out';
  readonly stream: boolean;
  readonly name: Name;
  readonly type: Expression | undefined;
  readonly value: Expression;
  readonly when: Expression | undefined;
}

export interface LetSyntax extends Placed {
  readonly kind: 'let';
  readonly name: Name;
  readonly value: Expression;
}

export interface TypeSyntax extends Placed {
  readonly kind: 'type';
  readonly name: Name;
  readonly type: Expression;
}

export interface RegSyntax extends Placed {
  readonly kind: 'reg';
  readonly name: Name;
  readonly type: Expression;
  readonly reset: Expression | undefined;
  readonly next: Expression | undefined;
  readonly when: Expression | undefined;
}

export interface PipelineSyntax extends Placed {
  readonly kind: 'pipeline';
  readonly args: readonly ArgumentSyntax[];
}

export type UnaryOperator = '-' | '~' | 'not';

export type BinaryOperator =
  | 'or'
  | 'and'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '|'
  | '^'
  | '&'
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

export type Expression =
  | IntegerSyntax
  | TextSyntax
  | TruthSyntax
  | NameSyntax
  | GroupSyntax
  | UnarySyntax
  | BinarySyntax
  | ChooseSyntax
  | VectorSyntax
  | RecordSyntax
  | ComprehensionSyntax
  | CallSyntax
  | IndexSyntax
  | BitsSyntax
  | OutputSyntax;

export interface IntegerSyntax extends Placed {
  readonly kind: 'integer';
  readonly value: bigint;
  readonly image: string;
}

/** Text in quotes, without them; only sweeps have such. */
export interface TextSyntax extends Placed {
  readonly kind: 'text';
  readonly text: string;
}

export interface TruthSyntax extends Placed {
  readonly kind: 'truth';
  readonly value: boolean;
}

export interface NameSyntax extends Placed {
  readonly kind: 'name';
  readonly name: string;
}

/** An expression in parentheses. */
export interface GroupSyntax extends Placed {
  readonly kind: 'group';
  readonly inner: Expression;
}

export interface UnarySyntax extends Placed {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export interface BinarySyntax extends Placed {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface ChooseSyntax extends Placed {
  readonly kind: 'choose';
  readonly condition: Expression;
  readonly yes: Expression;
  readonly no: Expression;
}

export interface VectorSyntax extends Placed {
  readonly kind: 'vector';
  readonly elements: readonly Expression[];
}

/** `{name: value, …}`, values or types. */
export interface RecordSyntax extends Placed {
  readonly kind: 'record';
  readonly fields: readonly ArgumentSyntax[];
}

/** `[element for variable in first..last]`, both ends included. */
export interface ComprehensionSyntax extends Placed {
  readonly kind: 'comprehension';
  readonly element: Expression;
  readonly variable: Name;
  readonly first: Expression;
  readonly last: Expression;
}

export interface CallSyntax extends Placed {
  readonly kind: 'call';
  readonly callee: Name;
  readonly args: readonly ArgumentSyntax[];
}

/** A value, or `name: value`. */
export interface ArgumentSyntax extends Placed {
  readonly name: Name | undefined;
  readonly value: Expression;
  /** What a number counts, as `ps`; in `pipeline` only. */
  readonly unit?: Name;
}

export interface IndexSyntax extends Placed {
  readonly kind: 'index';
  readonly value: Expression;
  readonly index: Expression;
}

export interface BitsSyntax extends Placed {
  readonly kind: 'bits';
  readonly value: Expression;
  readonly high: Expression;
  readonly low: Expression;
}

/** `call.name`: one output of an instance. */
export interface OutputSyntax extends Placed {
  readonly kind: 'output';
  readonly value: Expression;
  readonly name: Name;
}

/** The operands of a run of binary operators that associate to the left: the first, and each with its operator. */
export function chain(expression: Expression): {
  readonly first: Expression;
  readonly rest: readonly BinarySyntax[];
} {
  const rest: BinarySyntax[] = [];
  let first = expression;
  for (; first.kind === 'binary'; first = first.left) rest.push(first);
  return { first, rest: rest.reverse() };
}

/** The expressions directly inside an expression. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'integer':
    case 'text':
    case 'truth':
    case 'name':
      return [];
    case 'group':
      return [expression.inner];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'choose':
      return [expression.condition, expression.yes, expression.no];
    case 'vector':
      return expression.elements;
    case 'record':
      return expression.fields.map((field) => field.value);
    case 'comprehension':
      return [expression.element, expression.first, expression.last];
    case 'call':
      return expression.args.map((argument) => argument.value);
    case 'index':
      return [expression.value, expression.index];
    case 'bits':
      return [expression.value, expression.high, expression.low];
    case 'output':
      return [expression.value];
  }
}

/** The expressions of a statement of a sweep. */
export function sweepExpressions(statement: SweepStatement): readonly Expression[] {
  switch (statement.kind) {
    case 'varies':
      return present(statement.values, statement.most, statement.step, statement.when);
    case 'where':
      return [statement.condition];
    case 'measure':
      return statement.measures.map(({ value }) => value);
    case 'derived':
      return [statement.value];
    case 'pareto':
      return [];
    case 'setting':
      return statement.args.map(({ value }) => value);
  }
}

/** The expressions of a statement. */
export function expressionsOf(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'in':
    case 'type':
      return [statement.type];
    case 'let':
      return [statement.value];
    case 'out':
      return present(statement.type, statement.value, statement.when);
    case 'reg':
      return present(statement.type, statement.reset, statement.next, statement.when);
    case 'pipeline':
      return statement.args.map((argument) => argument.value);
  }
}

function present(...expressions: readonly (Expression | undefined)[]): Expression[] {
  return expressions.filter((expression) => expression !== undefined);
}
