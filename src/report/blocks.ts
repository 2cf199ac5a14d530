import { unreachable } from '../base/index.js';
import { html, trusted, type Html } from './html.js';
import {
  lineId,
  type Block,
  type Cell,
  type CodeBlock,
  type Data,
  type DrawingBlock,
  type FiguresBlock,
  type PlotBlock,
  type TableBlock,
} from './model.js';
import { cellText } from './numbers.js';

/** More rows than these are not put into the page as a table; copies have them all. */
const mostRows = 200;

/** A block as HTML. Its parts are found by `id`, and so are its data in the page. */
export function blockHtml(block: Block, id: string): Html {
  switch (block.kind) {
    case 'text':
      return html`<p>${block.text}</p>`;
    case 'figures':
      return figuresHtml(block, id);
    case 'table':
      return framed(block, id, tableHtml(block.data, block.name), csv);
    case 'plot':
      return plotHtml(block, id);
    case 'drawing':
      return drawingHtml(block, id);
    case 'code':
      return codeHtml(block);
    default:
      return unreachable(block);
  }
}

const csv = html`<button type="button" data-do="csv">Copy CSV</button>`;
const svg = html`<button type="button" data-do="svg">Save SVG</button>`;
const zooming = html`<button type="button" data-do="in" aria-label="Zoom in">+</button
  ><button type="button" data-do="out" aria-label="Zoom out">−</button
  ><button type="button" data-do="fit">Fit</button>`;

function framed(block: TableBlock | PlotBlock | DrawingBlock, id: string, body: Html, tools: Html): Html {
  return html`<figure id="${id}" class="${block.kind}">
    <figcaption><span class="name">${block.name}</span><span class="tools">${tools}</span></figcaption>
    ${body}
    <p class="source">${block.source}</p>
  </figure>`;
}

function figuresHtml({ figures }: FiguresBlock, id: string): Html {
  const cards = figures.map(
    ({ label, value, source }) =>
      html`<div>
        <dt>${label}</dt>
        <dd class="value">${value}</dd>
        <dd class="source">${source}</dd>
      </div>`,
  );
  return html`<div id="${id}" class="figures">
    <dl>${cards}</dl>
    <span class="tools">${csv}</span>
  </div>`;
}

function tableHtml({ columns, rows }: Data, name: string): Html {
  const isNumber = columns.map((_, at) => rows.some((row) => typeof row[at] === 'number'));
  const side = (at: number): Html => trusted(isNumber[at] ? ' class="number"' : '');
  const head = columns.map((column, at) => html`<th scope="col" ${side(at)}>${column}</th>`);
  const line = (row: readonly Cell[]): Html =>
    html`<tr>
      ${row.map((cell, at) => html`<td${side(at)}>${cellText(cell)}</td>`)}
    </tr> `;
  const rest =
    rows.length > mostRows
      ? html`<p class="source">The first ${mostRows} of ${rows.length} rows; a copy has them all.</p>`
      : trusted('');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
      <table>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, mostRows).map(line)}
        </tbody>
      </table>
    </div>
    ${rest}`;
}

function plotHtml(block: PlotBlock, id: string): Html {
  const { name, data, mark } = block;
  const isNumber = (at: number): boolean => data.rows.some((row) => typeof row[at] === 'number');
  const choice = (axis: 'x' | 'y', chosen: number): Html =>
    html`<label
      >${axis}
      <select data-axis="${axis}">
        ${data.columns.map((column, at) => (isNumber(at) ? html`<option value="${at}" ${trusted(at === chosen ? ' selected' : '')}>${column}</option>` : trusted('')))}
      </select></label
    >`;
  const choices =
    mark.kind === 'points'
      ? html`<p class="choices">${choice('x', mark.x)} ${choice('y', mark.y)}</p>`
      : trusted('');
  const picked = mark.kind === 'points' ? html`<div class="picked" aria-live="polite"></div>` : trusted('');
  const body = html`${choices}
    <div class="chart" role="img" aria-label="${name}: the rows below as a picture"></div>
    ${picked}
    <details>
      <summary>Rows</summary>
      ${tableHtml(data, `${name}, rows`)}
    </details>`;
  return framed(block, id, body, html`${csv}${svg}`);
}

function drawingHtml(block: DrawingBlock, id: string): Html {
  const body = html`<div class="drawing" tabindex="0" role="region" aria-label="${block.name}">
      ${trusted(block.svg)}
    </div>
    <p class="chosen" aria-live="polite"></p>`;
  return framed(block, id, body, html`${zooming}${svg}`);
}

function codeHtml({ id, file, text }: CodeBlock): Html {
  const lines = text.replace(/\n$/, '').split('\n');
  const rows = lines.map((line, at) => html`<span class="line" id="${lineId(id, at + 1)}">${line} </span>`);
  return html`<details class="code">
    <summary>${file}, ${lines.length} lines</summary>
    <pre tabindex="0" aria-label="${file}"><code>${rows}</code></pre>
  </details>`;
}
