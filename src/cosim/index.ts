export { axisTokens } from './axis.js';
export * from './engines.js';
export * from './replay.js';
export * from './stimulus.js';
export { testbench, type BenchOptions, type BenchSubject } from './testbench.js';
export { streamTestbench, type StreamBenchSubject } from './testbench-stream.js';
export { verify, type Mismatch, type Subject, type Verdict, type VerifyOptions } from './verify.js';
export * from './verilator.js';
export { harness } from './harness.js';
export {
  buildMemoryModel,
  failsAt,
  runOnMemories,
  type AttachedMemories,
  type MemoryBehaviour,
  type MemoryModel,
  type MemoryRun,
} from './memory-run.js';
export { amongMemories, memoryStreams, type MemoryStreams } from './memory-circuit.js';
export { isData, type TokenReference } from './tokens.js';
export { heldOn } from './follow.js';
export { activityOf, saif, type BitActivity, type SaifOptions } from './saif.js';
export { cycleNs, vcd, type Window } from './vcd.js';
export { traceDesign, traceVerilog, viewOf } from './waves.js';
