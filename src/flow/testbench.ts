import { harness, streamTestbench, testbench, type BenchOptions } from '../cosim/index.js';
import type { EmittedFile } from '../emit/index.js';
import { topOf } from '../ir/index.js';
import { simplify } from '../pass/index.js';
import type { Built } from './design.js';
import { version } from './version.js';

/** A testbench for the design's Verilog that needs nothing of this toolkit, with its words in files beside it. */
export function testbenchOf(built: Built, options: Omit<BenchOptions, 'version'>): EmittedFile[] {
  const all = { ...options, version };
  if (!topOf(built.written).streams) return testbench(built, all);
  return streamTestbench({ ...built, harness: simplify(harness(built.written)) }, all);
}
