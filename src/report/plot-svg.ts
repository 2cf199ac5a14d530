import { createRequire } from 'node:module';
import type { PlotBlock } from './model.js';
import { optionOf, withRows } from './option.js';

/** A plot as SVG, for where nothing runs: 720 by 360 pixels, dark on light. */
export function plotSvg(block: PlotBlock): string {
  // Loaded here, as the library is large and few commands draw.
  const echarts = createRequire(import.meta.url)('echarts') as typeof import('echarts');
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 360 });
  chart.setOption(withRows(optionOf(block), block.data));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
