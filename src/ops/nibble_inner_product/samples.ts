import type { Arguments } from '../../builder/index.js';

/** Both alignments over narrow and wide trees, odd and single lanes, every kind of sum. */
export const samples: readonly Arguments[] = [
  { lanes: 4, jobs: 4 },
  { lanes: 3, tree: 12, alignment: 'single', jobs: 3 },
  { lanes: 1, tree: 10, software_precision: 8 },
  { lanes: 2, tree: 38, software_precision: 58, accumulate: 'fixed', result: 'fixed', jobs: 1 },
  { lanes: 2, tree: 12, software_precision: 58, accumulate: 'fixed' },
  { lanes: 2, tree: 14, software_precision: 30, floats: 'fp16_bf16' },
  { lanes: 2, tree: 11, alignment: 'single', floats: 'fp16_bf16', accumulate: 'fixed', result: 'fixed' },
];
