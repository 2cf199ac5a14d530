import { success, type Result } from '../base/index.js';
import type { BlockFormat } from './block.js';
import {
  codeArray,
  elementConverter,
  extentOf,
  stretchError,
  type Codes,
  type Losses,
  type Numbers,
} from './elements.js';
import { formatWidth, type NumberFormat } from './format.js';
import { greatestNumber } from './limits.js';
import { exponentOf } from './number.js';
import { planOf, type Plan, type PlainPolicy, type QuantiseOptions } from './plan.js';
import { tensorScaleOf, type ScalePolicy } from './scale.js';

export interface Quantised extends Losses {
  readonly codes: Codes;
  /** Codes of the block scales, in the order of the blocks; undefined where there are none. */
  readonly scales: Codes | undefined;
  /** One for each group; undefined where there are none. */
  readonly tensorScales: Float32Array | undefined;
  /** What codes and scales stand for, in the type of the input; a float32 array holds them rounded to nearest even. */
  readonly values: Numbers;
  readonly policy: ScalePolicy | PlainPolicy;
  /** Elements and block scales, without tensor scales; null for no elements. */
  readonly bitsPerElement: number | null;
}

/** Converts an array to a number format or a block format of at most 32 bits an element, each number rounded once. */
export function quantise(
  values: Numbers,
  format: NumberFormat | BlockFormat,
  options: QuantiseOptions = {},
): Result<Quantised> {
  const plan = planOf(format, options);
  return plan.ok ? success(run(values, plan.value, options)) : plan;
}

function run(values: Numbers, plan: Plan, options: QuantiseOptions): Quantised {
  const { length } = values;
  const { columns = length, group = length, random } = options;
  const width = formatWidth(plan.element);
  const rows = length === 0 ? 0 : length / columns;
  const blocks = plan.scale ? rows * Math.ceil(columns / plan.block) : 0;
  const codes = codeArray(width, length);
  const scales = plan.scale && codeArray(plan.scale.width, blocks);
  const tensorScales = plan.tensorScale ? new Float32Array(length === 0 ? 0 : length / group) : undefined;
  const back = values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const unit = 2 ** Math.max(exponentOf(extentOf(values, 0, length, { signed: true })), -1022);
  const elements = elementConverter(values, plan, { codes, values: back }, unit, random);
  const errorOf = stretchError(values, plan);
  const greatest = greatestNumber(plan.element);
  let block = 0;
  for (let start = 0; start < length; start += group) {
    const tensor = extentOf(values, start, start + group, plan.element);
    const tensorScale = tensorScales ? tensorScaleOf(tensor, greatest, plan.greatestScale) : 1;
    if (tensorScales) tensorScales[start / group] = tensorScale;
    for (const { from, to } of stretches(start, start + group, columns, plan.block)) {
      if (!plan.scale) {
        elements.convert({ from, to, extent: tensor }, tensorScale);
        continue;
      }
      const stretch = { from, to, extent: extentOf(values, from, to, plan.element) };
      const code = plan.scale.choose({ block: stretch.extent, tensor, tensorScale }, errorOf(stretch));
      scales![block++] = code;
      elements.convert(stretch, plan.scale.decode(code) * tensorScale);
    }
  }
  const bits = width * length + blocks * (plan.scale?.bits ?? 0);
  const bitsPerElement = length === 0 ? null : bits / length;
  const { policy } = plan;
  return { codes, scales, tensorScales, values: back, policy, bitsPerElement, ...elements.losses() };
}

/** The blocks of rows of `columns` elements; the last of a row may be shorter. */
function* stretches(start: number, end: number, columns: number, block: number) {
  for (let row = start; row < end; row += columns)
    for (let from = row; from < row + columns; from += block)
      yield { from, to: Math.min(from + block, row + columns) };
}
