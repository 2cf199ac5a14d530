export { faultCampaign, type CampaignOptions } from './campaign.js';
export type * from './report.js';
