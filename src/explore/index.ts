export { tools, type Tools } from './fingerprint.js';
export { contentsOf, noMaterials, type Materials, type ModelMaterial } from './materials.js';
export type * from './point.js';
export { readPoint } from './read-point.js';
export { stagesIn, type Stages } from './stages.js';
export { loadFormulas, type Formula, type Formulas, type FormulaText, type Scope } from './formula.js';
