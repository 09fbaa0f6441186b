import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from './api.ts';
import type { ASSET_STATES, CATEGORIES } from './choices.ts';

/* What several pages ask for, under one name each, so that they share the answers. */

/** What material is narrowed to; `usable`: what can be put into playlists. */
interface MaterialSearch {
  readonly q?: string | undefined;
  readonly category?: (typeof CATEGORIES)[number] | undefined;
  readonly state?: (typeof ASSET_STATES)[number] | undefined;
  readonly tag?: string | undefined;
  readonly usable?: 'true' | undefined;
}

/** Material that fits, newest first, a page at a time. */
export const materialQuery = (search: MaterialSearch) =>
  infiniteQueryOptions({
    queryKey: ['assets', 'page', search],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam: before }) =>
      answer(
        api.material.material.$get({
          query: { ...search, ...(before !== null && { before: String(before) }) },
        }),
      ),
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });

/** How many pieces are in each state of those that the person who asks, or somebody else, submitted last. */
export const materialCountsQuery = (submittedBy: 'me' | 'others') =>
  queryOptions({
    queryKey: ['assets', 'counts', submittedBy],
    queryFn: async () =>
      (await answer(api.material.material.$get({ query: { submittedBy, limit: '1' } }))).counts,
    refetchInterval: 15_000,
  });

/** What waits for a second person, oldest first. */
export const submittedQuery = queryOptions({
  queryKey: ['assets', 'submitted'],
  queryFn: async () => (await answer(api.assets.assets.$get({ query: { state: 'submitted' } }))).assets,
  refetchInterval: 15_000,
});

/** All tags of material. */
export const assetTagsQuery = queryOptions({
  queryKey: ['assets', 'tags'],
  queryFn: async () => (await answer(api.material.material.tags.$get())).tags,
  staleTime: 60_000,
});

/** The words of an asset; null where it was not typed here. */
export const noticeQuery = (assetId: number) =>
  queryOptions({
    queryKey: ['notices', String(assetId)],
    queryFn: async () => {
      const query = { asset: String(assetId) };
      return (await answer(api.notices.notices.$get({ query }))).notices[0] ?? null;
    },
  });

/** Plays of one day by endpoint. `date`: local date at each endpoint. */
export const dayReportQuery = (date: string) =>
  queryOptions({
    queryKey: ['reports', 'day', date],
    queryFn: () =>
      answer(api.reports.reports.plays.$get({ query: { by: 'endpoint', from: date, to: date } })),
    refetchInterval: 15_000,
  });

/** Plays that wait for a person to believe them or not. */
export const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: async () => (await answer(api.quarantine.quarantine.$get({ query: {} }))).plays,
  refetchInterval: 30_000,
});

/** How many plays of a day are owed, and by how many bookings. */
export const owedQuery = (day: string) =>
  queryOptions({
    queryKey: ['owed', day],
    queryFn: () => answer(api.shortfalls.reports.owed.$get({ query: { day } })),
    refetchInterval: 300_000,
  });

/** Ways to sign in beside username and password; they change with a restart of the server alone. */
export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: () => answer(api.oidc.session.methods.$get()),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Names of all who work here. */
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await answer(api.staff.people.$get())).people,
  staleTime: 300_000,
});

/** So many playlists are on a page. */
const PLAYLISTS_A_PAGE = 60;

/** Playlists whose name has `q` in it, newest first, a page at a time. */
export const playlistPagesQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['playlists', 'page', q],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }) => {
      const before = pageParam === null ? {} : { before: String(pageParam) };
      const query = { ...(q !== undefined && { q }), ...before, limit: String(PLAYLISTS_A_PAGE) };
      return (await answer(api.campaigns.playlists.$get({ query }))).playlists;
    },
    getNextPageParam: (last) => (last.length < PLAYLISTS_A_PAGE ? null : (last.at(-1)?.id ?? null)),
    placeholderData: keepPreviousData,
  });

/** One playlist. */
export const playlistQuery = (playlistId: number) =>
  queryOptions({
    queryKey: ['playlists', playlistId],
    queryFn: () => answer(api.campaigns.playlists[':id'].$get({ param: { id: String(playlistId) } })),
  });

/** All areas. */
export const areasQuery = queryOptions({
  queryKey: ['areas'],
  queryFn: async () => (await answer(api.endpoints.areas.$get())).areas,
  staleTime: 60_000,
});

/** All campaigns. */
export const campaignsQuery = queryOptions({
  queryKey: ['campaigns'],
  queryFn: async () => (await answer(api.campaigns.campaigns.$get())).campaigns,
});

/** So many bookings are on a page. */
const BOOKINGS_A_PAGE = 100;

/** Bookings on the air or still to come, newest first, a page at a time. */
export const bookingPagesQuery = infiniteQueryOptions({
  queryKey: ['bookings', 'page'],
  initialPageParam: null as number | null,
  queryFn: async ({ pageParam }) => {
    const before = pageParam === null ? {} : { before: String(pageParam) };
    const query = { ...before, limit: String(BOOKINGS_A_PAGE) };
    return (await answer(api.campaigns.bookings.$get({ query }))).bookings;
  },
  getNextPageParam: (last) => (last.length < BOOKINGS_A_PAGE ? null : (last.at(-1)?.id ?? null)),
});

/** Bookings on the air or still to come that fit: all, oldest first, or the newest `limit`, newest first. */
export const bookingsQuery = (query: BookingSearch) =>
  queryOptions({
    queryKey: ['bookings', 'of', query],
    queryFn: async () => (await answer(api.campaigns.bookings.$get({ query }))).bookings,
  });

/** What bookings are narrowed to, as the address of the question has it. */
interface BookingSearch {
  readonly endpointId?: string;
  readonly playlistId?: string;
  readonly assetId?: string;
  readonly limit?: string;
}

/** One booking. */
export const bookingQuery = (bookingId: number) =>
  queryOptions({
    queryKey: ['bookings', bookingId],
    queryFn: () => answer(api.campaigns.bookings[':id'].$get({ param: { id: String(bookingId) } })),
  });

/** Saved rules over endpoints. */
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: async () => (await answer(api.groups.groups.$get())).groups,
});

/** Templates of emergencies. */
export const templatesQuery = queryOptions({
  queryKey: ['override-templates'],
  queryFn: async () => (await answer(api.templates['override-templates'].$get())).templates,
  refetchInterval: 15_000,
});

/** Emergencies, newest first; asked often while one is on the air. */
export const overridesQuery = queryOptions({
  queryKey: ['overrides'],
  queryFn: async () => (await answer(api.overrides.overrides.$get({ query: {} }))).overrides,
  refetchInterval: ({ state }) =>
    state.data?.some((one) => one.state === 'live' || one.state === 'proposed') ? 1_000 : 5_000,
});

/** Reports that were issued, the latest first. */
export const issuedQuery = queryOptions({
  queryKey: ['issued'],
  queryFn: async () => (await answer(api.issued.reports.issued.$get())).reports,
});

/** What is sent by itself, ended plans too. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: async () => (await answer(api.dispatch.dispatch.plans.$get())).plans,
});
