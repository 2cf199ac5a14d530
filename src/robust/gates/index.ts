export { faultCampaign, type CampaignOptions } from './campaign.js';
export { gateEngine, type GateEngine, type GatePorts } from './engine.js';
export { faultsThatMatter, type MatterCounts, type MatterReport, type NetworkUse } from './matter.js';
export type { MissedEffort } from './missed.js';
export type * from './report.js';
