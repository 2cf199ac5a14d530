export { axisWrapper, type AxisBus, type AxisField, type AxisWrapper } from './axis.js';
export { signalsOf, unresetRegisters, type Signal, type Signals, type SignalScope } from './signals.js';
export * from './emit.js';
export { manifest, type PortEntry } from './manifest.js';
