import { defineConfig } from 'vitest/config';

/**
 * Files that replace modules, the process' output or its environment, or look at its children: each has a process for
 * itself. Others share two, as loading the sources takes longer than most tests.
 */
const alone = [
  'test/cache/store.test.ts',
  'test/cli/cost-model.test.ts',
  'test/cli/element.test.ts',
  'test/cli/hbm-engine.test.ts',
  'test/cli/hbm.test.ts',
  'test/cli/infer-fixed.test.ts',
  'test/cli/memory.test.ts',
  'test/cli/place.test.ts',
  'test/cosim/blame.test.ts',
  'test/prove/command.test.ts',
  'test/synth/yosys.test.ts',
];

export default defineConfig({
  test: {
    // Builds of Verilator's models and syntheses take their time on a small machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
