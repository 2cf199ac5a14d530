import { blend } from './blend/index.js';
import { dense } from './dense/index.js';
import { dot } from './dot/index.js';
import { embeddingLookup } from './embedding_lookup/index.js';
import { fpAdd } from './fp_add/index.js';
import { fpConvert } from './fp_convert/index.js';
import { fpFma } from './fp_fma/index.js';
import { fpMul } from './fp_mul/index.js';
import { fpToInt } from './fp_to_int/index.js';
import { heteroDot } from './hetero_dot/index.js';
import { heteroMac } from './hetero_mac/index.js';
import { heteroMacLoaded } from './hetero_mac_loaded/index.js';
import { intToFp } from './int_to_fp/index.js';
import { ipuCluster } from './ipu_cluster/index.js';
import { mac } from './mac/index.js';
import { mxDot } from './mx_dot/index.js';
import { nibbleInnerProduct } from './nibble_inner_product/index.js';
import type { Operator } from './operator.js';
import { relu } from './relu/index.js';
import { requantise } from './requantise/index.js';
import { threshold } from './threshold/index.js';
import { xnorDot } from './xnor_dot/index.js';
import { vsDot } from './vs_dot/index.js';
import { vsMac } from './vs_mac/index.js';
import { vsQuantise } from './vs_quantise/index.js';

export * from './operator.js';
export {
  denseInterval,
  denseLatency,
  denseRow,
  denseShape,
  denseSteps,
  type DenseShape,
} from './dense/index.js';
export {
  alignmentBytes,
  beatsOf,
  listOfReads,
  lookUp,
  lookupShape,
  mostRowBytes,
  strideBytes,
  trialFactors,
  trialMemory,
  type LookedUp,
  type LookupMemory,
  type LookupShape,
  type Part,
  type Read,
} from './embedding_lookup/index.js';
export {
  dot,
  mac,
  nibbleInnerProduct,
  ipuCluster,
  relu,
  requantise,
  vsDot,
  vsMac,
  vsQuantise,
  mxDot,
  heteroDot,
  heteroMac,
  heteroMacLoaded,
  xnorDot,
  threshold,
  blend,
  embeddingLookup,
  dense,
  fpAdd,
  fpMul,
  fpFma,
  fpConvert,
  intToFp,
  fpToInt,
};

/** Every operator there is. The language, the documentation, verification and the tests go by this list. */
export const operators: readonly Operator[] = [
  dot,
  mac,
  nibbleInnerProduct,
  ipuCluster,
  requantise,
  relu,
  vsDot,
  vsMac,
  vsQuantise,
  mxDot,
  heteroDot,
  heteroMac,
  heteroMacLoaded,
  xnorDot,
  threshold,
  blend,
  embeddingLookup,
  dense,
  fpAdd,
  fpMul,
  fpFma,
  fpConvert,
  intToFp,
  fpToInt,
];

/** The operator called `name`, if there is one. */
export function operatorOf(name: string): Operator | undefined {
  return operators.find((operator) => operator.name === name);
}
