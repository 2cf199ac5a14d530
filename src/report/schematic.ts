import { createRequire } from 'node:module';
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs';
import type { Box, Diagram } from './boxes.js';
import { html, trusted, type Html } from './html.js';

/** Where a box leads to: ids of lines of files that the page shows. */
export interface Targets {
  readonly verilog: string | undefined;
  readonly source: string | undefined;
}

const height = 40;
const letter = 7;

/** A diagram as SVG, laid out in layers from the top down. Boxes that are known somewhere are links there. */
export async function schematicSvg(
  diagram: Diagram,
  title: string,
  targets: (box: Box) => Targets,
): Promise<string> {
  const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK;
  const placed = await new Elk().layout(graphOf(diagram));
  const byId = new Map(diagram.boxes.map((box, i) => [`b${i}`, box]));
  const size = `0 0 ${Math.ceil(placed.width!)} ${Math.ceil(placed.height!)}`;
  const wires = (placed.edges ?? []).map(wire);
  const boxes = (placed.children ?? []).map((node) => {
    const box = byId.get(node.id)!;
    return linked(drawBox(node, box), box, targets(box));
  });
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="schematic"
    viewBox="${size}"
    width="${Math.ceil(placed.width!)}"
    height="${Math.ceil(placed.height!)}"
    font-family="system-ui, sans-serif"
    font-size="12"
    fill="none"
    stroke="currentColor"
  >
    <title>${title}</title>
    <defs>
      <marker id="arrow" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" orient="auto">
        <path d="M0 0 6 3 0 6z" fill="currentColor" stroke="none" />
      </marker>
    </defs>
    ${wires}${boxes}
  </svg>`.html;
}

function graphOf({ boxes, edges }: Diagram): ElkNode {
  const numbers = new Map(boxes.map(({ id }, i) => [id, `b${i}`]));
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.spacing.nodeNodeBetweenLayers': '28',
      'elk.spacing.nodeNode': '14',
      'elk.layered.mergeEdges': 'true',
      'elk.padding': '[top=12,left=12,bottom=12,right=12]',
    },
    children: boxes.map(({ kind, name, about }, i) => ({
      id: `b${i}`,
      width: letter * Math.max(name.length, about.length, 6) + 20,
      height,
      ...(kind === 'input' && { layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' } }),
      ...(kind === 'output' && { layoutOptions: { 'elk.layered.layering.layerConstraint': 'LAST' } }),
    })),
    edges: edges.map(([from, to], i) => ({
      id: `e${i}`,
      sources: [numbers.get(from)!],
      targets: [numbers.get(to)!],
    })),
  };
}

function wire({ sections = [] }: ElkExtendedEdge): Html {
  const paths = sections.map(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join(''),
  );
  return html`<path class="wire" d="${paths.join('')}" marker-end="url(#arrow)" stroke-opacity=".55" />`;
}

function drawBox({ x = 0, y = 0, width = 0 }: ElkNode, { kind, name, about }: Box): Html {
  const round = kind === 'input' || kind === 'output' ? 20 : kind === 'logic' ? 8 : 0;
  const middle = x + width / 2;
  const clock = html`<path d="M${x + 4} ${y + height}l5-8 5 8" />`;
  return html`<rect
      x="${x}"
      y="${y}"
      width="${width}"
      height="${height}"
      rx="${round}"
      class="${kind}"
      stroke-width="${kind === 'instance' ? 2 : 1}"
    />${kind === 'register' ? clock : trusted('')}<g text-anchor="middle" fill="currentColor" stroke="none"
      ><text x="${middle}" y="${y + 17}" font-weight="600">${name}</text
      ><text x="${middle}" y="${y + 32}" font-size="11">${about}</text></g
    >`;
}

function linked(drawing: Html, { name, about }: Box, { verilog, source }: Targets): Html {
  const to = verilog ?? source;
  if (to === undefined) return html`<g>${drawing}</g>`;
  return html`<a
    href="#${to}"
    data-verilog="${verilog ?? ''}"
    data-source="${source ?? ''}"
    data-about="${name}: ${about}"
    >${drawing}</a
  >`;
}
