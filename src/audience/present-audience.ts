import type { Audience, AudienceDraft } from './audience.ts';
import type { AudiencePlace } from './audience-store.ts';
import { NOTICE, VISITS_PER_WEEK } from './notice.ts';
import { openShares, PLACE_CLASSES, profileOf } from './place-class.ts';

/** What holds for an endpoint now: its model, else its own average in every open hour. */
export function presentAudience(place: AudiencePlace): Audience {
  const { id, kind, model } = place;
  const venue = PLACE_CLASSES.get(model?.placeClass ?? place.placeClass)?.openOohId ?? null;
  if (model === null) {
    const people = openShares(place.openingHours).map((share) => (share > 0 ? place.audiencePerHour : 0));
    return {
      endpointId: id,
      basis: 'endpoint',
      version: 0,
      source:
        'The average of the endpoint itself, the same in every open hour; notice and visits by its kind.',
      placeClass: null,
      openOohId: venue,
      people,
      dwellSeconds: place.dwellSeconds,
      notice: { ...NOTICE[kind] },
      visitsPerWeek: VISITS_PER_WEEK[kind],
    };
  }
  return {
    endpointId: id,
    basis: model.placeClass === null ? 'counted' : 'placeClass',
    version: model.version,
    source: model.source,
    placeClass: model.placeClass,
    openOohId: venue,
    people: [...model.people],
    dwellSeconds: model.dwellSeconds,
    notice: {
      low: model.noticeLow / 1_000,
      best: model.noticeBest / 1_000,
      high: model.noticeHigh / 1_000,
    },
    visitsPerWeek: model.visitTenthsPerWeek / 10,
  };
}

/**
 * The model that the class of an endpoint's place gives it; null when its class has no defaults or its hours
 * were counted already: a count is never replaced by an assumption.
 */
export function assumedAudience(place: AudiencePlace): AudienceDraft | null {
  const assumed = PLACE_CLASSES.get(place.placeClass);
  if (!assumed || (place.model !== null && place.model.placeClass === null)) return null;
  return {
    endpointId: place.id,
    people: profileOf(assumed, place.audiencePerHour, place.openingHours),
    dwellSeconds: place.dwellSeconds,
    noticeLow: Math.round(assumed.notice.low * 1_000),
    noticeBest: Math.round(assumed.notice.best * 1_000),
    noticeHigh: Math.round(assumed.notice.high * 1_000),
    visitTenthsPerWeek: Math.round(assumed.visitsPerWeek * 10),
    placeClass: place.placeClass,
    source: assumed.source,
  };
}
