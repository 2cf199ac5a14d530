export * from './decode.js';
export * from './fixed.js';
export * from './lzc.js';
export {
  guardBits,
  roundToFloat,
  type Rounded,
  type RoundFlags,
  type RoundRules,
  type Unrounded,
} from './round.js';
export * from './shift.js';
