import {
  calibrate,
  codingOf,
  floatTensor,
  numberAttribute,
  prepare,
  symmetricScale,
  tensorOf,
  toCodes,
  type Network,
  type Node,
  type Tensor,
  type TensorOf,
  type Workload,
} from '../../src/nn/index.js';
import { int, need, node } from './networks.js';

/**
 * A network as tools for quantisation write it: what Conv and Gemm read goes through QuantizeLinear and DequantizeLinear to
 * uint8, weights are int8 with a scale for each output, biases int32 of the scales of both.
 */
export function quantisedElsewhere(network: Network, seen: Workload): Network {
  const ranges = need(calibrate(need(prepare(network)), seen));
  const initialisers = new Map(network.initialisers);
  const set = (name: string, tensor: Tensor): string => {
    initialisers.set(name, tensor);
    return name;
  };
  const nodes = network.nodes.flatMap((layer): Node[] => {
    if (layer.op !== 'Conv' && layer.op !== 'Gemm') return [layer];
    const [x, w, b] = layer.inputs as [string, string, string];
    const { scale, zero } = codingOf(ranges.get(originOf(network, x))!, 8, 'unsigned');
    const scales = [
      set(`${x}:s`, floatTensor([], Float32Array.of(scale))),
      set(`${x}:z`, tensorOf('uint8', [], [zero])),
    ];
    const weights = network.initialisers.get(w) as TensorOf<'float32'>;
    const axis = layer.op === 'Gemm' && numberAttribute(layer, 'transB', 0) === 0 ? 1 : 0;
    if (axis !== 0) throw new Error('only weights with outputs in front');
    const outputs = weights.dims[0]!;
    const size = weights.data.length / outputs;
    const rows = Array.from({ length: outputs }, (_, c) => weights.data.subarray(c * size, (c + 1) * size));
    const own = Float32Array.from(rows, (row) => symmetricScale(Math.max(...row.map(Math.abs)), 8));
    const codes = rows.flatMap((row, c) => [...toCodes(row, own[c]!, 8)]);
    const units = own.map((one) => one * Math.fround(scale));
    const biases = (network.initialisers.get(b) as TensorOf<'float32'>).data.map((one, c) =>
      Math.round(one / units[c]!),
    );
    return [
      node('QuantizeLinear', [x, ...scales], `${x}:q`),
      node('DequantizeLinear', [`${x}:q`, ...scales], `${x}:d`),
      node(
        'DequantizeLinear',
        [set(`${w}:q`, tensorOf('int8', weights.dims, codes)), set(`${w}:s`, floatTensor([outputs], own))],
        `${w}:d`,
        { axis: int(0) },
      ),
      node(
        'DequantizeLinear',
        [set(`${b}:q`, tensorOf('int32', [outputs], biases)), set(`${b}:s`, floatTensor([outputs], units))],
        `${b}:d`,
        { axis: int(0) },
      ),
      { ...layer, inputs: [`${x}:d`, `${w}:d`, `${b}:d`] },
    ];
  });
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  for (const name of initialisers.keys()) if (!used.has(name)) initialisers.delete(name);
  return { ...network, opset: 17, nodes, initialisers };
}

/** The value that one is only another arrangement of. */
function originOf({ nodes }: Network, name: string): string {
  const maker = nodes.find(
    ({ op, outputs }) => outputs.includes(name) && /^(MaxPool|Flatten|Reshape)$/.test(op),
  );
  return maker ? originOf({ nodes } as Network, maker.inputs[0]!) : name;
}
