export { statedCodes, type StatedCodes } from './codes.js';
export type { LayerPorts, StatedLayer, StatedWeights } from './layers.js';
