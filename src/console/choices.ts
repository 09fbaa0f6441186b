/** States of an endpoint by which a list can be narrowed. */
export const FLEET_STATES = ['playing', 'closed', 'silent', 'unpaired'] as const;
/** Kinds of endpoint. */
export const KINDS = ['screen', 'tv', 'loudspeaker'] as const;
