export { elementCost, type ElementCost, type InferenceCost, type PartCost } from './compose.js';
export { partRoles, type Element, type LogicPart, type MemoryPart, type Part } from './element.js';
export type { PartRole, RegistersPart, Workload } from './element.js';
export { logicFigures, memoryFiguresOf, registersFiguresOf, type PartFigures } from './part.js';
export { parseElement } from './read.js';
