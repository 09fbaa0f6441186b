/** States of an endpoint by which a list can be narrowed. */
export const FLEET_STATES = ['playing', 'closed', 'silent', 'unpaired'] as const;
/** Kinds of endpoint. */
export const KINDS = ['screen', 'tv', 'loudspeaker'] as const;
/** Categories of material. */
export const CATEGORIES = ['psa', 'warning', 'notice'] as const;
/** Where material stands in review. */
export const ASSET_STATES = ['draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'retired'] as const;
/** By what a report has its rows. */
export const REPORTS_BY = ['campaign', 'asset', 'area', 'owner', 'endpoint', 'day'] as const;
/** All roles. */
export const ROLES = ['viewer', 'editor', 'reviewer', 'operator', 'administrator'] as const;
/** The parts of the settings. */
export const SETTINGS_PARTS = [
  'rules',
  'templates',
  'alerts',
  'notifications',
  'people',
  'keys',
  'signing',
  'storage',
  'audit',
] as const;
/** What became of an alert of another system. */
export const ALERT_VERDICTS = ['asked', 'fired', 'ended', 'logged'] as const;
/** By what two periods are compared. */
export const COMPARED_BY = ['area', 'endpoint', 'campaign'] as const;
/** How a play ended. */
export const OUTCOMES = ['completed', 'cut', 'failed'] as const;
/** What is sent by itself. */
export const DISPATCHED = ['daily', 'weekly', 'rollCall', 'silence'] as const;
/** How it goes out. */
export const DISPATCH_CHANNELS = ['wecom', 'dingtalk', 'feishu', 'email', 'webhook'] as const;
/** What an endpoint answers when the roll is called. */
export const CALL_STATES = ['silent', 'behind', 'up', 'closed'] as const;
/** Plays in doubt, and those that were counted after all. */
export const QUARANTINE_STATES = ['open', 'accepted'] as const;
/** What a calendar shows at once. */
export const SPANS = ['day', 'week', 'month'] as const;
/** The channels beside the endpoints. */
export const CHANNELS = ['sms', 'wechatGroup', 'poster', 'householdVisit', 'inspection'] as const;
/** Most things that one request may name. */
export const MOST_AT_ONCE = 500;
