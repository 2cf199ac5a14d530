import { createHash } from 'node:crypto';
import type { Arguments } from '../builder/index.js';
import { printDesign, type Design } from '../ir/index.js';
import { loadDesign } from '../lang/index.js';
import { operatorOf } from '../ops/index.js';
import { defaultsOf, operatorSubject } from './verify.js';

/** Where a design that cost models are made or judged by comes from. */
export type SampleSource =
  /** A sample of an operator; every second has a pipeline stage, every third two. */
  | { readonly operator: string; readonly index: number }
  | {
      readonly operator: string;
      readonly parameters: Arguments;
      readonly stages: number;
      readonly name: string;
    }
  | { readonly file: string; readonly text: string };

/**
 * The design of a sample, as it was written.
 *
 * @throws Error for an operator or a sample that there is not, and for a text with faults
 */
export function designOfSample(source: SampleSource): Design {
  if ('file' in source) return fromText(source.file, source.text);
  const operator = operatorOf(source.operator);
  if (!operator) throw new Error(`no operator ${source.operator}`);
  const parameters = 'index' in source ? operator.samples[source.index] : source.parameters;
  if (!parameters) throw new Error(`no such sample of ${source.operator}`);
  const name = 'index' in source ? `${source.operator}_${source.index}` : source.name;
  const stages = 'index' in source ? source.index % 3 : source.stages;
  return operatorSubject(operator, { ...defaultsOf(operator), ...parameters }, name, stages).written;
}

function fromText(file: string, text: string): Design {
  const loaded = loadDesign(text, file);
  const design = loaded.ok ? loaded.value.at(-1)!.elaborate({}) : loaded;
  if (!design.ok) throw new Error(`${file}: ${design.diagnostics[0]?.message}`);
  return design.value as Design;
}

/** Says of what nodes an optimised design is made: a sample with another key is another design. */
export function sampleKey(optimised: Design): string {
  return createHash('sha256').update(printDesign(optimised)).digest('hex').slice(0, 16);
}
