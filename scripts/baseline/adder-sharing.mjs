// What it saves to add equal parts of sums once in a layer of constant heterogeneous weights.
import { readFile } from 'node:fs/promises';
import { random } from '../../dist/base/index.js';
import { datapath, vec } from '../../dist/builder/index.js';
import { readTechnology } from '../../dist/cli/data.js';
import { buildDesign, costDesign } from '../../dist/flow/index.js';
import { binarise, selectBits, uint } from '../../dist/format/index.js';
import { topOf } from '../../dist/ir/index.js';
import { readOnnx } from '../../dist/nn/index.js';
import { call, heteroDot } from '../../dist/ops/index.js';

export const name = 'adder-sharing';

const seed = 1;
const activation = uint(2);
const technology = 'freepdk45';
/** Bits a weight, by middle-out selection. */
const averages = [1, 1.4, 2];

export async function run() {
  const tech = need(await readTechnology(technology));
  const layers = [];
  for (const { data, values, outputs, synthesised } of [...(await trained()), ...drawn()])
    for (const average of averages) {
      const weights = weightsOf(values, average, outputs);
      console.error(`  ${data}, ${outputs} outputs, ${average} bits a weight`);
      const forms = [];
      for (const share of [false, true]) {
        const built = buildLayer(weights, share);
        const cost = synthesised && average === 1.4 && need(await costDesign(built, tech));
        forms.push({
          share,
          adders: addersOf(built),
          ...(cost && { cells: cost.cells, areaUm2: cost.areaUm2, delayPs: cost.delayPs }),
        });
      }
      layers.push({ data, outputs, inputs: values.length / outputs, average, forms });
    }
  const json = {
    schema: 1,
    title: 'Shared adders in layers of constant heterogeneous weights',
    measured: {
      adders: 'additions and subtractions in the simplified circuit, without those of the scale factors',
      area: 'synthesised, as `bitloom cost` does',
      technology,
      activations: 'uint(2)',
      selection: 'middle_out',
      seed,
      network: 'models/mlp.onnx',
    },
    layers,
  };
  return { json, markdown: markdown(json) };
}

async function trained() {
  const file = new URL('../../models/mlp.onnx', import.meta.url);
  const network = need(await readOnnx(await readFile(file), 'models/mlp.onnx'));
  return ['dense3.weight', 'dense2.weight'].map((key) => {
    const { data, dims } = network.initialisers.get(key);
    return { data: key, values: Float64Array.from(data), outputs: dims[0], synthesised: dims[0] <= 16 };
  });
}

function drawn() {
  const source = random(seed);
  const normal = (outputs, inputs) => Float64Array.from({ length: outputs * inputs }, () => source.normal());
  return [
    { data: 'normal', values: normal(10, 64), outputs: 10, synthesised: true },
    { data: 'normal', values: normal(64, 128), outputs: 64, synthesised: false },
  ];
}

function weightsOf(values, average, outputs) {
  const { bits, signs } = need(binarise(values, need(selectBits(values, average, 'middle_out'))));
  return { bits: [...bits], signs: [...signs], outputs };
}

function buildLayer(weights, share) {
  const inputs = weights.bits.length / weights.outputs;
  const layer = datapath('layer', 'A layer of heterogeneous weights.', {}, (d) => {
    const a = d.in('a', vec(activation, inputs));
    d.out('planes', call(d, heteroDot, [a], { ...weights, share }));
  });
  return need(buildDesign(layer, {}));
}

function addersOf({ simplified }) {
  const { nodes } = topOf(simplified);
  return nodes.filter(({ kind, op }) => kind === 'binary' && (op === 'add' || op === 'sub')).length;
}

function markdown({ title, layers }) {
  const ratio = (pick, [plain, shared]) => (pick(shared) / pick(plain)).toFixed(2);
  const pair = (pick, digits, forms) => forms.map((form) => pick(form).toFixed(digits)).join(' → ');
  const lines = [
    `# ${title}`,
    '',
    'Sums of the planes of all outputs, each by itself (where simplification finds equal nodes, it merges them) → with the most',
    'frequent signed pairs added once. Weights by residual binarisation, middle-out; activations uint(2). Adders are counted',
    `in the simplified circuit; area and delay are synthesised in ${technology}. Trained weights: models/mlp.onnx; drawn ones:`,
    `seed ${seed}.`,
    '',
    'Made by `npm run build && node scripts/baseline.mjs adder-sharing`.',
    '',
    '| weights | outputs × inputs | bits a weight | adders | ratio | area, µm² | ratio | delay, ps |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const { data, outputs, inputs, average, forms } of layers) {
    const made =
      forms[0].areaUm2 === undefined
        ? ['', '', '']
        : [
            pair(({ areaUm2 }) => areaUm2, 0, forms),
            ratio(({ areaUm2 }) => areaUm2, forms),
            pair(({ delayPs }) => delayPs, 0, forms),
          ];
    const adders = ({ adders }) => adders;
    const cells = [
      data,
      `${outputs} × ${inputs}`,
      average,
      pair(adders, 0, forms),
      ratio(adders, forms),
      ...made,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

function need(result) {
  if (result.ok) return result.value;
  throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
}
