import { tokenMatcher } from 'chevrotain';
import { ExpressionGrammar, missing, nowhere, unnamed, type Rule } from './expression-grammar.js';
import type { MeasuredSyntax, ObjectiveSyntax, SweepStatement, SweepSyntax } from './syntax.js';
import * as t from './tokens.js';

const onFault = {
  recoveryValueFunc: (): SweepStatement => ({ kind: 'where', condition: missing, at: nowhere }),
};

/** The grammar of sweeps, beside that of expressions. */
export class SweepGrammar extends ExpressionGrammar {
  protected readonly sweep: Rule<SweepSyntax> = this.RULE(
    'sweep',
    () => {
      const first = this.CONSUME(t.Sweep);
      const name = this.SUBRULE(this.name);
      const statements: SweepStatement[] = [];
      this.CONSUME(t.LeftBrace);
      this.ACTION(() => (this.inSweep = true));
      this.MANY({ GATE: this.goesOn, DEF: () => statements.push(this.SUBRULE(this.sweepStatement)) });
      const last = this.CONSUME(t.RightBrace);
      this.ACTION(() => (this.inSweep = false));
      return this.ACTION(() => ({ kind: 'sweep' as const, name, statements, at: this.between(first, last) }));
    },
    {
      recoveryValueFunc: () => {
        this.inSweep = false;
        return { kind: 'sweep' as const, name: unnamed, statements: [], at: nowhere };
      },
    },
  );

  private readonly sweepStatement: Rule<SweepStatement> = this.RULE(
    'sweepStatement',
    () =>
      // The words that begin statements are names too, and could be those of variables.
      this.OR<SweepStatement>({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.varies) },
          { ALT: () => this.SUBRULE(this.where) },
          { ALT: () => this.SUBRULE(this.measure) },
          { ALT: () => this.SUBRULE(this.pareto) },
          { ALT: () => this.SUBRULE(this.derived) },
          { ALT: () => this.SUBRULE(this.setting) },
        ],
      }),
    onFault,
  );

  private readonly varies: Rule<SweepStatement> = this.RULE(
    'varies',
    () => {
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.In);
      const values = this.SUBRULE(this.expression);
      const range = this.OPTION(() => {
        this.CONSUME(t.Range);
        const most = this.SUBRULE1(this.expression);
        const step = this.OPTION1({
          GATE: this.noVariable,
          DEF: () => {
            this.CONSUME(t.Step);
            return this.SUBRULE2(this.expression);
          },
        });
        return { most, step };
      });
      const when = this.OPTION2(() => {
        this.CONSUME(t.When);
        return this.SUBRULE3(this.expression);
      });
      return this.ACTION((): SweepStatement => {
        const { most, step } = range ?? { most: undefined, step: undefined };
        const last = when ?? step ?? most ?? values;
        return { kind: 'varies', name, values, most, step, when, at: this.cover(name.at, last.at) };
      });
    },
    onFault,
  );

  private readonly where: Rule<SweepStatement> = this.RULE(
    'where',
    () => {
      const first = this.CONSUME(t.Where);
      const condition = this.SUBRULE(this.expression);
      return this.ACTION((): SweepStatement => ({
        kind: 'where',
        condition,
        at: this.from(first, condition.at),
      }));
    },
    onFault,
  );

  private readonly measure: Rule<SweepStatement> = this.RULE(
    'measure',
    () => {
      const first = this.CONSUME(t.Measure);
      const measures: MeasuredSyntax[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => measures.push(this.SUBRULE(this.measured)) });
      return this.ACTION((): SweepStatement => ({
        kind: 'measure',
        measures,
        at: this.from(first, measures.at(-1)!.at),
      }));
    },
    onFault,
  );

  private readonly measured: Rule<MeasuredSyntax> = this.RULE(
    'measured',
    () => {
      const value = this.SUBRULE(this.postfix);
      const as = this.OPTION({
        GATE: this.noVariable,
        DEF: () => {
          this.CONSUME(t.As);
          return this.SUBRULE(this.name);
        },
      });
      return this.ACTION(() => ({ value, as, at: as ? this.cover(value.at, as.at) : value.at }));
    },
    { recoveryValueFunc: () => ({ value: missing, as: undefined, at: nowhere }) },
  );

  private readonly pareto: Rule<SweepStatement> = this.RULE(
    'pareto',
    () => {
      const first = this.CONSUME(t.Pareto);
      const objectives: ObjectiveSyntax[] = [];
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => objectives.push(this.SUBRULE(this.objective)) });
      return this.ACTION((): SweepStatement => ({
        kind: 'pareto',
        objectives,
        at: this.from(first, objectives.at(-1)!.at),
      }));
    },
    onFault,
  );

  private readonly objective: Rule<ObjectiveSyntax> = this.RULE(
    'objective',
    () => {
      const way = this.OR([{ ALT: () => this.CONSUME(t.Min) }, { ALT: () => this.CONSUME(t.Max) }]);
      const measure = this.SUBRULE(this.name);
      return this.ACTION(() => ({
        direction: way.image === 'max' ? ('max' as const) : ('min' as const),
        measure,
        at: this.from(way, measure.at),
      }));
    },
    { recoveryValueFunc: () => ({ direction: 'min' as const, measure: unnamed, at: nowhere }) },
  );

  private readonly derived: Rule<SweepStatement> = this.RULE(
    'derived',
    () => {
      const first = this.CONSUME(t.Let);
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.Becomes);
      const value = this.SUBRULE(this.expression);
      return this.ACTION((): SweepStatement => ({
        kind: 'derived',
        name,
        value,
        at: this.from(first, value.at),
      }));
    },
    onFault,
  );

  private readonly setting: Rule<SweepStatement> = this.RULE(
    'setting',
    () => {
      const name = this.SUBRULE(this.name);
      this.CONSUME(t.LeftParen);
      const args = this.SUBRULE(this.args);
      const last = this.CONSUME(t.RightParen);
      return this.ACTION((): SweepStatement => ({
        kind: 'setting',
        name,
        args,
        at: this.upTo(name.at, last),
      }));
    },
    onFault,
  );

  /** Whether the next word is not the name of a variable, which `in` follows. */
  private readonly noVariable = (): boolean => !tokenMatcher(this.LA(2), t.In);
}
