export { parseBoard, type Board, type MemoryKind, type OnChip } from './board.js';
export { lowerBoundNs } from './bound.js';
export { legality, parsePlan, planDocument } from './document.js';
export { layerCycles, networkOperations, type Network } from './network.js';
export { copiesAt, portsOf, portTimesNs, readTimeNs, type Copy, type Homes, type Port } from './ports.js';
export { plan, planners, planOf, portUses, summaryOf } from './plan.js';
export type { Plan, Planner, PlanSummary, PortUse } from './plan.js';
export { allocate, planPublished, type Placement } from './published.js';
export { planSearched } from './search.js';
export { combined, partRows, product, split, storedRow, whole, type Slice, type Stored } from './stored.js';
export { featuresOf, parseTables, rowBytes, tableBytes, type EmbeddingModel, type Table } from './tables.js';
export { idleReadNs, parseTiming, type Organisation, type TimingCycles, type TimingSet } from './timing.js';
export { channel } from './channel.js';
export { channelDefaults, pagePolicies, schedulers } from './channel-interface.js';
export type { Channel, ChannelCounts, ChannelOptions, CommandName } from './channel-interface.js';
export { addressFields, mapper, mappings, type AddressField, type Cell, type Mapping } from './mapping.js';
export { memoriesOf, type Memories, type MemoryPort } from './memories.js';
export { engineRun, type EngineRun } from './engine-run.js';
export type { CacheUse } from './readers.js';
export { simulate, simulationDefaults } from './simulate.js';
export type { ChannelUse, MemoryUse, Simulation, SimulationOptions } from './simulate.js';
export { parseTrace, randomTrace, traceLayout, type Trace } from './trace.js';
export { busBits, engineDefaults, engineParameters, engineTiming, layOut } from './engine.js';
export type {
  EngineLayout,
  EngineOptions,
  EngineTiming,
  LaidChannel,
  LaidRead,
  LaidTable,
} from './engine.js';
export { engineName, engineText, layoutDocument, mostListed } from './engine-text.js';
export {
  channelImage,
  chipContents,
  codeOf,
  codesFrom,
  imageFaults,
  putCode,
  type TableCodes,
} from './image.js';
export {
  layerFrom,
  layerParameters,
  layersOf,
  networkTiming,
  pipelineTiming,
  randomLayers,
  type Layer,
  type LayerCodes,
} from './layers.js';
export { scaledDown } from './scaled.js';
