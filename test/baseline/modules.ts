import * as base from '../../src/base/index.js';
import * as cache from '../../src/cache/index.js';
import * as cost from '../../src/cost/index.js';
import * as flow from '../../src/flow/index.js';
import * as format from '../../src/format/index.js';
import * as lang from '../../src/lang/index.js';
import * as nn from '../../src/nn/index.js';
import * as nibble_inner_product from '../../src/ops/nibble_inner_product/index.js';
import * as ops from '../../src/ops/index.js';
import * as synth from '../../src/synth/index.js';

/** The modules that reproductions of costs work with, from the sources. */
export const modules = { base, cache, cost, flow, format, lang, nn, nibble_inner_product, ops, synth };

/** How large a design is, as reports say it. */
export interface Size {
  readonly nodes: number;
  readonly registerBits: number;
  readonly latency: number;
}
