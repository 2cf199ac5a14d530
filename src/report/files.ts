import { renderMarkdown } from './markdown.js';
import type { Report } from './model.js';
import { renderHtml } from './page.js';

/**
 * A report as files: `report.json`, `report.md` with `pictures/`, and `report.html`, which stands by itself.
 *
 * @param results what the report was made of; it stands in the JSON as it is
 */
export function reportFiles(
  report: Report,
  results: object,
): { readonly name: string; readonly text: string }[] {
  const { markdown, pictures } = renderMarkdown(report);
  return [
    { name: 'report.json', text: `${JSON.stringify(reportJson(report, results), undefined, 2)}\n` },
    { name: 'report.md', text: markdown },
    { name: 'report.html', text: renderHtml(report) },
    ...pictures,
  ];
}

/** The report as JSON: without drawings and files, which are made of the results. */
export function reportJson(report: Report, results: object): object {
  const sections = report.sections.map((section) => ({
    ...section,
    blocks: section.blocks.filter(({ kind }) => kind !== 'drawing' && kind !== 'code'),
  }));
  return { ...report, sections, results };
}
