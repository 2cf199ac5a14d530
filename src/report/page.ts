import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { render } from '../template/index.js';
import { blockHtml } from './blocks.js';
import { html, scriptJson, type Html } from './html.js';
import type { Block, Data, Report, Section } from './model.js';
import { optionOf } from './option.js';

const assets = new URL('../../templates/report/', import.meta.url);
const scripts = ['theme.js', 'copy.js', 'charts.js', 'drawings.js'];

/** The report as one HTML page that needs nothing else: styles, scripts and data stand in it, and nothing is fetched. */
export function renderHtml(report: Report): string {
  const asset = (name: string): string => readFileSync(new URL(name, assets), 'utf8');
  const hasPlots = report.sections.some(({ blocks }) => blocks.some(({ kind }) => kind === 'plot'));
  const code = [...(hasPlots ? [library()] : []), ...scripts.map(asset)].map(inline);
  return render('report.html', {
    title: report.title,
    verdict: report.verdict.text,
    state: report.verdict.state,
    hashes: code.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' '),
    style: asset('style.css'),
    contents: report.sections.map(({ title }, at) => ({ title, id: sectionId(at) })),
    body: report.sections
      .map(sectionHtml)
      .map((each) => each.html)
      .join('\n'),
    data: scriptJson(pageData(report)).html,
    scripts: code,
  });
}

function library(): string {
  return readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8');
}

/** A script that can stand in a page: nothing in it ends the element or begins a comment. */
function inline(text: string): string {
  return text.replace(/<(?=\/script|!--)/gi, '\\x3c');
}

function sectionId(section: number): string {
  return `section-${section + 1}`;
}

function blockId(section: number, block: number): string {
  return `block-${section + 1}-${block + 1}`;
}

function sectionHtml({ title, blocks }: Section, at: number): Html {
  const parts = blocks.map((block, k) => blockHtml(block, blockId(at, k)));
  return html`<section id="${sectionId(at)}">
    <h2>${title}</h2>
    ${parts.flatMap((part) => [part, html``])}
  </section>`;
}

/** What the page's scripts work on, by block. */
function pageData({ sections }: Report): object {
  const entries = sections.flatMap(({ blocks }, at) =>
    blocks.flatMap((block, k) => {
      const data = dataOf(block);
      const shown = block.kind === 'plot' && { option: optionOf(block), front: 'front' in block.mark };
      const name = 'name' in block ? block.name : 'figures';
      return data ? [[blockId(at, k), { name, ...data, ...shown }]] : [];
    }),
  );
  return Object.fromEntries(entries) as object;
}

/** The rows behind a block. */
export function dataOf(block: Block): Data | undefined {
  if (block.kind === 'table' || block.kind === 'plot') return block.data;
  if (block.kind !== 'figures') return undefined;
  const rows = block.figures.map(({ label, value, source }) => [label, value, source]);
  return { columns: ['figure', 'value', 'source'], rows };
}
