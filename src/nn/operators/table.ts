import { add } from './add.js';
import { constant } from './constant.js';
import { flatten } from './flatten.js';
import { gemm } from './gemm.js';
import { identity } from './identity.js';
import { matmul } from './matmul.js';
import type { Operator } from './operator.js';
import { relu } from './relu.js';
import { reshape } from './reshape.js';
import { softmax } from './softmax.js';

/** The operators that run, by their ONNX names. Another one is a file here and a line below. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    Add: add,
    Constant: constant,
    Flatten: flatten,
    Gemm: gemm,
    Identity: identity,
    MatMul: matmul,
    Relu: relu,
    Reshape: reshape,
    Softmax: softmax,
  }),
);
