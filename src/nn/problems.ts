import { fault, nearest, suggest, wholeFile, type Diagnostic } from '../base/index.js';
import type { Node } from './network.js';

/** Anything with dimensions. */
interface Shaped {
  readonly dims: readonly number[];
}

/** A name from a file, cut where it is longer than names are: damaged files hold such, and comparing them takes long. */
function brief(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

// Budgets of bits

export function budgetInBlocks(layer: string): Diagnostic {
  return fault(
    'nn-budget',
    `the widths of \`${layer}\` are those of its datapath, and no budget can change them`,
    {
      hint: 'leave the budget out, or give a datapath for integers without scales',
    },
  );
}

export function budgetTooSmall(bits: number, least: number, weights: number, leastBits: number): Diagnostic {
  const message = `${bits} bits are too few for ${weights} weights, which take at least ${least}`;
  return fault('nn-budget', message, { hint: `a weight has at least ${leastBits} bits` });
}

export function nothingToNarrow(): Diagnostic {
  const message = 'no layer has weights whose width could be searched';
  return fault('nn-budget', message, {
    hint: 'a network keeps the codes that it states; leave the budget out',
  });
}

export function noMemoryModel(name: string): Diagnostic {
  const message = `areas of memories by \`${name}\` are not known here`;
  return fault('nn-budget', message, {
    hint: 'budgets of area are for bitloom infer; give a budget of bits',
  });
}

export function areaTooSmall(areaUm2: number, least: number): Diagnostic {
  const message = `${areaUm2} µm² are too few for the memories of the weights, which take at least ${Math.ceil(least)}`;
  return fault('nn-budget', message, { hint: 'that is with two bits a weight' });
}

// ONNX files

export function notOnnx(why: string): Diagnostic {
  const hint =
    'an ONNX model is expected, as exporters write it; the file may be cut short or of another kind';
  return fault('onnx-unreadable', `this is not a whole ONNX model: ${why}`, { hint });
}

export function unsupportedOpset(version: number, least: number, most: number): Diagnostic {
  const said =
    version === 0 ? 'the model states no operator set' : `operator set ${version} is not supported`;
  return fault('onnx-opset', said, { hint: `export the model with operator set ${least} to ${most}` });
}

export function newerOpset(version: number, most: number): Diagnostic {
  const message = `operator set ${version} is newer than ${most}, the newest whose meaning is known here`;
  return { severity: 'warning', code: 'onnx-opset-newer', message };
}

export function unreadElements(name: string, type: string, known: readonly string[]): Diagnostic {
  const hint = `readable are tensors of ${known.join(', ')}`;
  return fault('onnx-elements', `\`${name}\` has elements of type ${type}, which are not read`, { hint });
}

export function externalTensor(name: string): Diagnostic {
  const hint = 'save the model with its weights inside the file';
  return fault('onnx-external', `the numbers of \`${name}\` are in another file`, { hint });
}

export function sparseTensor(name: string): Diagnostic {
  return fault('onnx-sparse', `\`${name}\` is a sparse tensor, which is not read`, {
    hint: 'save the model with dense tensors',
  });
}

export function tensorSize(name: string, dims: readonly number[], found: number | undefined): Diagnostic {
  const has = found === undefined ? 'a broken number of bytes' : `${found} elements`;
  return fault('onnx-tensor-size', `\`${name}\` is stated as [${dims.join(', ')}] but holds ${has}`);
}

// Graphs

/** What an operator would need, or how to do without it, by a pattern of its name. */
const operatorNeeds: readonly (readonly [RegExp, string])[] = [
  [/^(If|Loop|Scan)$/, 'it needs subgraphs: export the model without control flow, as by tracing it'],
  [/^(LSTM|GRU|RNN)$/, 'it needs state over time: unroll it when exporting'],
  [
    /^(QLinear|ConvInteger|MatMulInteger|DynamicQuantize)/,
    'export the model with QuantizeLinear and DequantizeLinear (QDQ)',
  ],
  [
    /^(com\.microsoft|ai\.onnx\.ml|org\.|com\.)/,
    'it is not of the standard: save the model as it was before a runtime optimised it',
  ],
];

export function unsupportedOperator(node: Node, known: readonly string[]): Diagnostic {
  const op = brief(node.op);
  const near = nearest(op, known);
  const need =
    operatorNeeds.find(([name]) => name.test(op))?.[1] ??
    'have the exporter decompose it, or cut the network in front of it';
  const hint = `${near === undefined ? '' : `the nearest is \`${near}\`; `}docs/networks.md lists those that run: ${need}`;
  return fault('nn-operator', `operator \`${op}\` of node \`${brief(node.name)}\` is not supported`, {
    hint,
  });
}

export function inputCount(node: Node, least: number, most: number): Diagnostic {
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  return fault(
    'nn-input-count',
    `node \`${node.name}\` has ${node.inputs.length} inputs, but ${node.op} takes ${wanted}`,
  );
}

export function outputCount(node: Node, least: number, most: number): Diagnostic {
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  return fault(
    'nn-output-count',
    `node \`${brief(node.name)}\` has ${node.outputs.length} outputs, but ${node.op} gives ${wanted} here`,
  );
}

export function doubleName(name: string): Diagnostic {
  return fault('nn-double-name', `the value \`${name}\` is given twice`);
}

export function missingValue(name: string, reader: string, known: readonly string[]): Diagnostic {
  const short = known.filter(({ length }) => length <= 100).slice(0, 10_000);
  const near = nearest(brief(name), short);
  return fault('nn-value-missing', `${reader} reads \`${brief(name)}\`, which nothing gives`, {
    hint: near === undefined ? 'the model lacks an initialiser, an input or a node' : `there is \`${near}\``,
  });
}

export function cycle(names: readonly string[]): Diagnostic {
  return fault(
    'nn-cycle',
    `nodes read each other's outputs in a circle: ${names.slice(0, 10).map(brief).join(', ')}`,
  );
}

export function noOutput(): Diagnostic {
  return fault('nn-no-output', 'the network states no output');
}

export function openShape(name: string, why: string): Diagnostic {
  return fault('nn-input-shape', `input \`${name}\` cannot be run: ${why}`, {
    hint: 'only the first dimension, that of the images, may be left open; others are given, as by `infer --size NAME=48`',
  });
}

export function shapeFault(node: Node, inputs: readonly (Shaped | undefined)[], rule: string): Diagnostic {
  const shapes = inputs.map((input) => (input ? `[${input.dims.join(', ')}]` : 'nothing')).join(' and ');
  const given = inputs.length > 0 ? ` with ${shapes}` : '';
  return fault('nn-shape', `node \`${node.name}\` (${node.op})${given}: ${rule}`);
}

export function notFloat(node: Node, name: string, type: string): Diagnostic {
  return fault('nn-type', `node \`${node.name}\`: ${node.op} runs on float32, but \`${name}\` is ${type}`);
}

export function typeFault(node: Node, input: number, type: string, runs: readonly string[]): Diagnostic {
  const name = brief(node.inputs[input] ?? '');
  const message = `node \`${brief(node.name)}\` (${node.op}): \`${name}\` has elements of ${type}`;
  return fault('nn-type', message, { hint: `it runs here on ${runs.join(', ')}` });
}

export function unknownAttribute(node: Node, name: string, known: readonly string[]): Diagnostic {
  const message = `node \`${brief(node.name)}\` (${node.op}) has an attribute \`${brief(name)}\`, which is not known here`;
  const has = known.length > 0 ? `known are ${known.join(', ')}` : `${node.op} has no attributes`;
  return fault('nn-attribute', message, { hint: has });
}

export function attributeKind(node: Node, name: string, wanted: string, given: string): Diagnostic {
  const message = `attribute \`${name}\` of node \`${brief(node.name)}\` (${node.op}) is of kind ${given}, and must be ${wanted}`;
  return fault('nn-attribute', message, { hint: 'the file may be damaged: export the model again' });
}

export function attributeValue(
  node: Node,
  name: string,
  value: string | number,
  runs: readonly (string | number)[],
): Diagnostic {
  const message = `node \`${brief(node.name)}\` (${node.op}) with \`${name}\` = ${brief(String(value))} is not supported`;
  return fault('nn-attribute', message, {
    hint: `\`${name}\` may be ${runs.join(' or ')}: export the model so, or run this part outside`,
  });
}

export function tooLarge(node: Node, dims: readonly number[], limit: number): Diagnostic {
  const message = `node \`${node.name}\` gives [${dims.join(', ')}], more than ${limit} elements`;
  return fault('nn-too-large', message, { hint: 'run fewer images at a time' });
}

// Running

export function notOneImageInput(names: readonly string[]): Diagnostic {
  const has = names.length === 0 ? 'no input' : `the inputs ${names.join(', ')}`;
  return fault('nn-inputs', `the network has ${has}, but one input for the images is needed`);
}

export function unsuitableImages(
  name: string,
  wanted: readonly (number | string)[],
  given: readonly number[],
): Diagnostic {
  const message = `input \`${name}\` is [${wanted.join(', ')}], which images of [${given.join(', ')}] do not fit`;
  return fault('nn-images', message);
}

export function missingInput(name: string): Diagnostic {
  return fault('nn-inputs', `no tensor is given for the input \`${brief(name)}\``);
}

export function unknownInput(name: string, known: readonly string[]): Diagnostic {
  return fault('nn-inputs', `the network has no input \`${brief(name)}\``, { hint: suggest(name, known) });
}

export function unsuitableInput(
  name: string,
  type: string,
  wanted: readonly (number | string)[],
  given: Shaped & { readonly type: string },
): Diagnostic {
  const message =
    `input \`${brief(name)}\` is ${type} [${wanted.join(', ')}], ` +
    `which ${given.type} [${given.dims.join(', ')}] does not fit`;
  return fault('nn-images', message);
}

export function noImages(): Diagnostic {
  return fault('nn-no-images', 'there are no images to run');
}

export function resultShape(dims: readonly number[], images: number, classes: number): Diagnostic {
  const message = `the network gives [${dims.join(', ')}] for ${images} images, not scores for ${classes} classes`;
  return fault('nn-result', message, { hint: 'accuracy needs an output [images, classes]' });
}

// Calibration and quantisation

export function noCalibrationImages(): Diagnostic {
  return fault('nn-calibration', 'calibration needs at least one image');
}

export function percentileRange(percent: number): Diagnostic {
  return fault('nn-calibration', `a percentile must be above 0 and at most 100, and is ${percent}`);
}

export function notFinite(name: string): Diagnostic {
  return fault('nn-not-finite', `\`${name}\` holds infinity or NaN, which has no integer code`);
}

export function noRange(name: string): Diagnostic {
  return fault('nn-range', `the range of \`${name}\` is not known`, { hint: 'calibrate the same network' });
}

export function bitsRange(name: string, bits: number, least: number, most: number): Diagnostic {
  return fault('nn-bits', `${name} can have ${least} to ${most} bits, not ${bits}`);
}

export function fixedWidth(bits: number, least: number, most: number): Diagnostic {
  return fault('nn-fixed', `fixed-point numbers can have ${least} to ${most} bits, not ${bits}`);
}

export function fixedFraction(fraction: number, bits: number): Diagnostic {
  const hint = 'leave it out for as many as the range of each value allows';
  const message = `numbers of ${bits} bits can have 0 to ${bits - 1} bits behind the point, not ${fraction}`;
  return fault('nn-fixed', message, { hint });
}

export function noLayers(): Diagnostic {
  return fault('nn-no-layers', 'the network has no layer of inner products with constant weights');
}

/** In a network that states codes. */
export function statesNoCodes(layer: string, why: string): Diagnostic {
  const hint = 'with --quant, as --quant int8, its codes are found by calibration';
  const message = `layer \`${layer}\` runs in float: ${why}`;
  return { severity: 'warning', code: 'nn-unstated', message, hint };
}

export function scaleRatio(name: string): Diagnostic {
  return fault('nn-scale', `the scales around layer \`${name}\` differ too much for an integer multiplier`, {
    hint: 'the calibration images may leave this layer at zero',
  });
}

// Datapaths

export function notADotDatapath(name: string, why: string): Diagnostic {
  const hint = 'examples/dot-int8.dp has the ports that layers are run on';
  return fault('nn-datapath-ports', `layers cannot run on \`${name}\`: ${why}`, { hint });
}

export function doesNotSum(name: string): Diagnostic {
  return fault(
    'nn-datapath-sums',
    `\`${name}\` has the ports of an inner product, but does not give its sum`,
    {
      hint: 'in the cycle behind the last beat its output must be the sum of all beats since `first`',
    },
  );
}

export function codesDoNotFit(name: string, what: string, bits: number, port: string): Diagnostic {
  const said = Number.isFinite(bits) ? `${bits}-bit ${what}` : `signed ${what}`;
  return fault('nn-datapath-width', `${said} do not fit \`${name}\`, whose port for them is ${port}`, {
    hint: `give the ${what} fewer bits, or the datapath a wider port`,
  });
}

export function noTwoBlocks(name: string): Diagnostic {
  return fault('nn-blocks', `layer \`${name}\` multiplies two values, which does not run in blocks here`, {
    hint: 'let it run in float, or on a datapath of plain integers',
  });
}

export function negativeNumbers(name: string, format: string): Diagnostic {
  return fault('nn-sign', `layer \`${name}\` reads negative numbers, which ${format} does not have`, {
    hint: 'let it run on a datapath with signed activations, or in float',
  });
}

// Plans of quantisation

export function unknownPlan(name: string): Diagnostic {
  return fault('nn-plan-unknown', `\`${name}\` is no way to quantise`, {
    hint: 'write int8, w4a8, w4a8-tensor, int8-asymmetric, int8-mse, int8-p99.9, ports-ceil, or give a JSON file',
  });
}

export function planFault(file: string, where: string, why: string): Diagnostic {
  return fault('nn-plan', `${where} ${why}`, { place: wholeFile(file) });
}

export function unknownLayer(name: string, layers: readonly string[]): Diagnostic {
  return fault('nn-layer-unknown', `the network has no layer \`${name}\` of inner products`, {
    hint: suggest(name, layers),
  });
}
