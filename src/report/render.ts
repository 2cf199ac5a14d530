import { render } from '../template/index.js';
import type { Report, Table } from './model.js';

/** The report as Markdown. */
export function renderMarkdown(report: Report): string {
  const sections = report.sections.map((section) =>
    [`## ${plain(section.title)}`, ...section.text.map(plain), ...section.tables.map(markdownTable)].join(
      '\n\n',
    ),
  );
  return [`# ${plain(report.title)}`, `**${plain(report.verdict)}**`, ...sections].join('\n\n') + '\n';
}

function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

/** Text of users and tools, with what Markdown and HTML would take for their own written out. */
function plain(text: string): string {
  return text
    .replace(/[\\*|#[\]]/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/\r?\n/g, ' ');
}

/** The report as one HTML page that needs nothing else. */
export function renderHtml(report: Report): string {
  return render('report.html', report);
}
