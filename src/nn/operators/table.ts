import * as activations from './activations.js';
import * as arithmetic from './arithmetic.js';
import { batchNormalization } from './batchnorm.js';
import { cast } from './cast.js';
import { clip } from './clip.js';
import * as compare from './compare.js';
import { concat } from './concat.js';
import { constant } from './constant.js';
import { conv } from './conv.js';
import { convTranspose } from './convtranspose.js';
import { dropout } from './dropout.js';
import { expand, tile } from './expand.js';
import { flatten } from './flatten.js';
import { gather } from './gather.js';
import { gemm } from './gemm.js';
import { identity } from './identity.js';
import { instanceNormalization, layerNormalization } from './layernorm.js';
import { matmul } from './matmul.js';
import type { Operator } from './operator.js';
import { pad } from './pad.js';
import * as pool from './pool.js';
import { prelu } from './prelu.js';
import { dequantizeLinear, quantizeLinear } from './qdq.js';
import * as qonnx from './qonnx.js';
import * as reduce from './reduce.js';
import { reshape } from './reshape.js';
import { resize, upsample } from './resize.js';
import * as shapes from './shape.js';
import { slice } from './slice.js';
import { logSoftmax, softmax } from './softmax.js';
import { split } from './split.js';
import { squeeze, unsqueeze } from './squeeze.js';
import { transpose } from './transpose.js';

const standard: Readonly<Record<string, Operator>> = {
  Abs: activations.abs,
  Add: arithmetic.add,
  And: compare.and,
  ArgMax: reduce.argMax,
  AveragePool: pool.averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Ceil: activations.ceil,
  Clip: clip,
  Concat: concat,
  Constant: constant,
  ConstantOfShape: shapes.constantOfShape,
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: activations.cos,
  DequantizeLinear: dequantizeLinear,
  Div: arithmetic.div,
  Dropout: dropout,
  Elu: activations.elu,
  Equal: compare.equal,
  Erf: activations.erfOperator,
  Exp: activations.exp,
  Expand: expand,
  Flatten: flatten,
  Floor: activations.floor,
  Gather: gather,
  Gelu: activations.gelu,
  Gemm: gemm,
  GlobalAveragePool: pool.globalAveragePool,
  GlobalMaxPool: pool.globalMaxPool,
  Greater: compare.greater,
  GreaterOrEqual: compare.greaterOrEqual,
  HardSigmoid: activations.hardSigmoid,
  HardSwish: activations.hardSwish,
  Identity: identity,
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  LeakyRelu: activations.leakyRelu,
  Less: compare.less,
  LessOrEqual: compare.lessOrEqual,
  Log: activations.log,
  LogSoftmax: logSoftmax,
  MatMul: matmul,
  Max: arithmetic.max,
  MaxPool: pool.maxPool,
  Min: arithmetic.min,
  Mish: activations.mish,
  Mod: arithmetic.mod,
  Mul: arithmetic.mul,
  Neg: activations.neg,
  Not: compare.not,
  Or: compare.or,
  PRelu: prelu,
  Pad: pad,
  Pow: arithmetic.pow,
  QuantizeLinear: quantizeLinear,
  Range: shapes.range,
  Reciprocal: activations.reciprocal,
  ReduceL1: reduce.reduceL1,
  ReduceL2: reduce.reduceL2,
  ReduceMax: reduce.reduceMax,
  ReduceMean: reduce.reduceMean,
  ReduceMin: reduce.reduceMin,
  ReduceProd: reduce.reduceProd,
  ReduceSum: reduce.reduceSum,
  ReduceSumSquare: reduce.reduceSumSquare,
  Relu: activations.relu,
  Reshape: reshape,
  Resize: resize,
  Round: activations.round,
  Shape: shapes.shape,
  Sigmoid: activations.sigmoid,
  Sign: activations.sign,
  Sin: activations.sin,
  Size: shapes.size,
  Slice: slice,
  Softmax: softmax,
  Softplus: activations.softplus,
  Softsign: activations.softsign,
  Split: split,
  Sqrt: activations.sqrt,
  Squeeze: squeeze,
  Sub: arithmetic.sub,
  Sum: arithmetic.sum,
  Tanh: activations.tanh,
  Tile: tile,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Upsample: upsample,
  Where: compare.where,
};

const quantised: Readonly<Record<string, Operator>> = {
  BipolarQuant: qonnx.bipolarQuant,
  FloatQuant: qonnx.floatQuant,
  IntQuant: qonnx.intQuant,
  Quant: qonnx.intQuant,
  Trunc: qonnx.trunc,
};

/** Domains under which exporters have written QONNX's operators. */
const qonnxDomains = ['qonnx.custom_op.general', 'onnx.brevitas', 'finn.custom_op.general'];

/** The operators that run, by their ONNX names. Another one is a file here and a line above. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ...Object.entries(standard),
  ...qonnxDomains.flatMap((domain) =>
    Object.entries(quantised).map(([name, one]): [string, Operator] => [`${domain}.${name}`, one]),
  ),
]);
