/** States of an endpoint by which a list can be narrowed. */
export const FLEET_STATES = ['playing', 'closed', 'silent', 'unpaired'] as const;
/** Kinds of endpoint. */
export const KINDS = ['screen', 'tv', 'loudspeaker'] as const;
/** Categories of material. */
export const CATEGORIES = ['psa', 'warning', 'notice'] as const;
/** Where material stands in review. */
export const ASSET_STATES = ['draft', 'submitted', 'approved', 'rejected', 'withdrawn', 'retired'] as const;
