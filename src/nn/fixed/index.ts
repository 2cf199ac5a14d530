export { fixedBits, formatFor, fromFixed, toFixed, type FixedFormat } from './format.js';
export { operandsOf, type FixedPass } from './layer.js';
export { fixedNetwork, type FixedLayer, type FixedNetwork, type FixedOptions } from './network.js';
export { sumBits } from './products.js';
export { measureFixed, type FixedLayerReport, type FixedReport } from './report.js';
export { runFixed } from './run.js';
