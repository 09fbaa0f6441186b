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
export const SETTINGS_PARTS = ['account', 'rules', 'people', 'audit'] as const;
