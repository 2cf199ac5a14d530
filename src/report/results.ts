import { failure, success, type Result } from '../base/index.js';
import { parsePlan } from '../hbm/index.js';
import { planPart, simulationPart, simulationShape, type SimulationResults } from './hbm.js';
import type { ReportPart } from './join.js';
import { fixedPart, fixedShape, type FixedResults } from './fixed.js';
import { inferencePart, inferenceShape, type InferenceResults } from './inference.js';
import { misshapenResults, unknownResults } from './problems.js';
import { robustPart, robustShape, type RobustResults } from './robust.js';
import { misshapen, type Shape } from './shape.js';

interface Kind {
  readonly about: string;
  /** Keys that only this kind has all of. */
  readonly keys: readonly string[];
  read(file: string, value: object, text: string): Result<ReportPart>;
}

/** The documents of other commands that a report can be made of. */
const kinds: readonly Kind[] = [
  {
    about: 'bitloom robust --json',
    keys: ['schemes', 'curve', 'chips'],
    read: shaped(robustShape, (value) => robustPart(value as RobustResults)),
  },
  {
    about: 'bitloom hbm plan -o',
    keys: ['planner', 'channels', 'board'],
    read(file, _, text) {
      const plan = parsePlan(file, text);
      return plan.ok ? success(planPart(plan.value)) : plan;
    },
  },
  {
    about: 'bitloom hbm simulate --json',
    keys: ['lookupNs', 'p99Ns', 'channels'],
    read: shaped(simulationShape, (value) => simulationPart(value as SimulationResults)),
  },
  {
    about: 'bitloom infer --fixed --json',
    keys: ['accuracyFloat', 'layers', 'worstScoreError'],
    read: shaped(fixedShape, (value) => fixedPart(value as FixedResults)),
  },
  {
    about: 'bitloom infer --json',
    keys: ['accuracyFloat', 'layers', 'rtl'],
    read: shaped(inferenceShape, (value) => inferencePart(value as InferenceResults)),
  },
];

function shaped(shape: Shape, part: (value: object) => ReportPart): Kind['read'] {
  return (file, value) => {
    const wrong = misshapen(value, shape);
    return wrong.length > 0
      ? failure(...wrong.map((why) => misshapenResults(file, why)))
      : success(part(value));
  };
}

/** What another command printed, as a part of a report; which command it was shows by its keys. */
export function readResults(file: string, value: unknown, text: string): Result<ReportPart> {
  const own = typeof value === 'object' && value !== null ? value : {};
  const kind = kinds.find(({ keys }) => keys.every((key) => Object.hasOwn(own, key)));
  return kind
    ? kind.read(file, own, text)
    : failure(
        unknownResults(
          file,
          kinds.map(({ about }) => about),
        ),
      );
}
