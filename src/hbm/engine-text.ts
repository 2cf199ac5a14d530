import { printArgument, type Arguments } from '../builder/index.js';
import type { EngineLayout } from './engine.js';
import type { Plan } from './plan.js';

/** The most elements of a list that the language takes. */
export const mostListed = 65_536;

/**
 * The engine for a plan as a datapath in the text form, and the layers of the network behind it; to be formatted.
 *
 * @param parameters of `embedding_lookup`, as `engineParameters` gives them
 * @param layers of `dense`, as `layerParameters` gives them
 */
export function engineText(
  { model, board }: Plan,
  parameters: Arguments,
  layers: readonly Arguments[] = [],
): string {
  const slots = (parameters['rows'] as readonly number[]).length;
  const row = `embedding_lookup(item, ${named(parameters)})`;
  const out = layers.reduce((vector, layer) => `dense(${vector}, ${named(layer)})`, row);
  const what = layers.length === 0 ? 'the rows' : 'what the network makes of the rows';
  return [
    `// Embedding lookups of ${oneLine(model.name)} on ${oneLine(board.name)}: ${what} that the indices of an item choose, in table order.`,
    `datapath ${engineName(model.name)}() {`,
    `stream in item: uint(${String(parameters['index_bits'])})[${slots}]`,
    `stream out ${layers.length === 0 ? 'row' : 'score'} = ${out}`,
    '}',
    '',
  ].join('\n');
}

/** Empty lists are left out: they are the defaults, and the language has none. */
function named(parameters: Arguments): string {
  return Object.entries(parameters)
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .map(([name, value]) => `${name}: ${printArgument(value)}`)
    .join(', ');
}

/** A name that the language and Verilog take. */
export function engineName(model: string): string {
  return `lookup_${model.replace(/\W+/g, '_').slice(0, 100)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** What lies where, for whoever fills the memories: `layout.json` beside the images. */
export function layoutDocument(plan: Plan, { channels, dataBits }: EngineLayout, fraction: number) {
  const { model, stored } = plan;
  return {
    schema: 1,
    model: model.name,
    board: plan.board.name,
    elementBits: model.elementBits,
    fraction,
    dataBits,
    channels: channels.map(({ port, bytes, tables }, channel) => ({
      channel,
      port,
      file: `channel${channel}.bin`,
      bytes,
      tables: tables.map(({ stored: at, base, strideBytes }) => ({
        parts: stored[at]!.parts.map(({ table, first, columns }) => ({
          table: model.tables[table]!.name,
          first,
          columns,
        })),
        rows: stored[at]!.rows,
        columns: stored[at]!.columns,
        base,
        strideBytes,
      })),
    })),
  };
}
