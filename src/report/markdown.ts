import { unreachable } from '../base/index.js';
import type { Block, Data, Report } from './model.js';
import { cellText } from './numbers.js';
import { plotSvg } from './plot-svg.js';

/** Markdown, and the pictures that it shows. */
export interface MarkdownFiles {
  readonly markdown: string;
  /** Below the folder of the Markdown. */
  readonly pictures: readonly { readonly name: string; readonly text: string }[];
}

const mostRows = 40;

/** The report as Markdown, with its plots and drawings as SVG files beside it; code is left to the HTML page. */
export function renderMarkdown(report: Report): MarkdownFiles {
  const pictures: { name: string; text: string }[] = [];
  const picture = (name: string, svg: string): string => {
    const file = `pictures/${pictures.length + 1}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`;
    pictures.push({ name: file, text: onPaper(svg) });
    return `![${plain(name)}](${file})`;
  };
  const sections = report.sections.flatMap(({ title, blocks }) => {
    const parts = blocks.map((block) => blockText(block, picture)).filter((part) => part !== '');
    return [`## ${plain(title)}`, ...parts];
  });
  const markdown = [`# ${plain(report.title)}`, `**${plain(report.verdict.text)}**`, ...sections].join(
    '\n\n',
  );
  return { markdown: `${markdown}\n`, pictures };
}

function blockText(block: Block, picture: (name: string, svg: string) => string): string {
  switch (block.kind) {
    case 'text':
      return plain(block.text);
    case 'figures':
      return block.figures
        .map(({ label, value, source }) => `- ${plain(label)}: **${plain(value)}** (${plain(source)})`)
        .join('\n');
    case 'table':
      return `${tableText(block.data)}\n\n${sourceText(block.source)}`;
    case 'plot':
      return `${picture(block.name, plotSvg(block))}\n\n${sourceText(block.source)}`;
    case 'drawing':
      return `${picture(block.name, block.svg)}\n\n${sourceText(block.source)}`;
    case 'code':
      return '';
    default:
      return unreachable(block);
  }
}

function sourceText(source: string): string {
  return `Source: ${plain(source)}`;
}

function tableText({ columns, rows }: Data): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  const shown = rows.slice(0, mostRows).map((row) => line(row.map(cellText)));
  const rest = rows.length > mostRows ? [`\nThe first ${mostRows} of ${rows.length} rows.`] : [];
  return [line(columns), `|${columns.map(() => ' --- |').join('')}`, ...shown, ...rest].join('\n');
}

/** Text of users and tools, with what Markdown and HTML would take for their own written out. */
function plain(text: string): string {
  return text
    .replace(/[\\`*_|#[\]]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/\r?\n/g, ' ');
}

/** A drawing that can stand by itself: dark on light wherever it is shown. */
function onPaper(svg: string): string {
  return svg.replace('<svg ', '<svg style="background:#fff;color:#1b1b1b" ');
}
