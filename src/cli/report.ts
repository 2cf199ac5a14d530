import type { Diagnostic, Result } from '../base/index.js';
import type { Report, ReportPart } from '../report/index.js';
import { exit } from './exit.js';
import { writeFolder } from './files.js';
import { designPart, type DesignOptions, type DesignPart } from './report-design.js';
import { resultsPart } from './report-results.js';
import { fail, print, printJson } from './terminal.js';

interface Options extends DesignOptions {
  readonly o: string;
  readonly title?: string;
  readonly sweep?: string;
  readonly json?: boolean;
}

/** `bitloom report INPUTS -o DIR`: results as JSON, Markdown and HTML; designs are verified and synthesised first. */
export async function report(inputs: readonly string[], options: Options): Promise<number> {
  const parts: ReportPart[] = [];
  const designs: DesignPart[] = [];
  const wrong: Diagnostic[] = [];
  for (const [at, input] of inputs.entries()) {
    const isDesign = input.endsWith('.dp');
    const part: Result<ReportPart> = isDesign
      ? await designPart(input, options, inputs.length > 1 ? `${at + 1}-` : '')
      : await resultsPart(input, options.sweep);
    if (!part.ok) wrong.push(...part.diagnostics);
    else if (isDesign) designs.push(part.value as DesignPart);
    if (part.ok) parts.push(part.value);
  }
  if (wrong.length > 0) return fail(wrong);
  return written(parts, designs, options);
}

async function written(
  parts: readonly ReportPart[],
  designs: readonly DesignPart[],
  { o, title, json }: Options,
): Promise<number> {
  const { comparisonSection, joined, reportFiles, reportJson } = await import('../report/index.js');
  const compared = designs.length > 1 ? [comparisonSection(designs)] : [];
  const whole: Report = joined(parts, compared, title);
  const only = parts.length === 1 ? parts[0]!.results : { parts: parts.map(({ results }) => results) };
  const done = await writeFolder(o, reportFiles(whole, only));
  if (!done.ok) return fail(done.diagnostics);
  if (json) printJson(reportJson(whole, only));
  else print(`${o}/report.md, report.html and report.json: ${whole.verdict.text}`);
  const holds = designs.every(
    ({ results: { verification } }) =>
      verification.verdicts.every(({ mismatches }) => mismatches === 0) && verification.lint.length === 0,
  );
  return holds ? exit.done : exit.checkFailed;
}
