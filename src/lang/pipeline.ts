import { pipeline, pipelineFor } from '../builder/index.js';
import { argumentsOf } from './argument.js';
import { integer } from './constant.js';
import { evaluate } from './expression.js';
import { describeItem, isNothing } from './item.js';
import {
  clockUnit,
  missingArgument,
  pipelinedTwice,
  stagesAndClock,
  strayUnit,
  wrongUse,
} from './problems.js';
import { refuse, type Scope } from './scope.js';
import type { Span } from './span.js';
import type { ArgumentSyntax, PipelineSyntax } from './syntax.js';

/** Asks for the number of stages that is given, or for those that a clock needs; faults are reported. */
export function elaboratePipeline(scope: Scope, { args, at }: PipelineSyntax): void {
  const { syntax } = scope.frame;
  const first = syntax.statements.find((statement) => statement.kind === 'pipeline')!;
  if (first.at.start !== at.start) return refuse(scope, at, pipelinedTwice(at, first.at.line));
  const given = argumentsOf(scope, { text: 'pipeline', at }, args, [], ['stages', 'clock', 'tech']);
  if (!given) return;
  const [stages, clock, tech] = ['stages', 'clock', 'tech'].map((name) => given.named.get(name));
  for (const one of [stages, tech])
    if (one?.unit) return refuse(scope, one.unit.at, strayUnit(one.unit.text));
  if (stages && (clock || tech)) return refuse(scope, at, stagesAndClock());
  if (clock && tech) return elaborateClock(scope, at, clock, tech);
  if (clock || tech)
    return refuse(scope, at, missingArgument('pipeline', clock ? '`tech: …`' : '`clock: … ps`'));
  if (!stages) return refuse(scope, at, missingArgument('pipeline', '`stages: …`'));
  elaborateStages(scope, stages);
}

function elaborateStages(scope: Scope, stages: ArgumentSyntax): void {
  const { datapath } = scope.frame;
  const item = evaluate(scope, stages.value);
  const count = isNothing(item) ? undefined : integer(scope, item, stages.value.at, 'the number of stages');
  datapath.draft.place = stages.value.at;
  if (count !== undefined) pipeline(datapath, Number(count));
}

const unitsPs: ReadonlyMap<string, number> = new Map([
  ['ps', 1],
  ['ns', 1000],
]);

function elaborateClock(scope: Scope, at: Span, clock: ArgumentSyntax, tech: ArgumentSyntax): void {
  const scale = unitsPs.get(clock.unit?.text ?? '');
  if (scale === undefined) return refuse(scope, clock.at, clockUnit(clock.unit?.text));
  const item = evaluate(scope, clock.value);
  const period = isNothing(item) ? undefined : integer(scope, item, clock.value.at, 'the clock');
  const technology = technologyName(scope, tech);
  const { datapath } = scope.frame;
  datapath.draft.place = at;
  if (period !== undefined && technology !== undefined)
    pipelineFor(datapath, Number(period) * scale, technology);
}

/** The name as it stands there, or what a parameter that is a choice of names is set to. */
function technologyName(scope: Scope, { value }: ArgumentSyntax): string | undefined {
  if (value.kind === 'name' && !scope.frame.names.has(value.name)) return value.name;
  const item = evaluate(scope, value);
  if (item.kind === 'choice') return item.option;
  if (!isNothing(item))
    refuse(scope, value.at, wrongUse('`tech`', 'the name of a technology, as asap7', describeItem(item)));
  return undefined;
}
