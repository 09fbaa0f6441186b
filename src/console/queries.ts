import { infiniteQueryOptions, keepPreviousData, type QueryKey, queryOptions } from '@tanstack/react-query';
import { answer, api } from './api.ts';
import type { ASSET_STATES, CATEGORIES } from './choices.ts';

/* What several pages ask for, under one name each, so that they share the answers. */

/** A list that comes a page at a time: what stands last on a page leads to the next one. */
function pages<T>(
  queryKey: QueryKey,
  size: number,
  ask: (limit: string, behind: string | null) => Promise<T[]>,
  placeOf: (last: T) => string,
) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => ask(String(size), pageParam),
    getNextPageParam: (page) => {
      const last = page.at(-1);
      return last === undefined || page.length < size ? null : placeOf(last);
    },
    placeholderData: keepPreviousData,
  });
}

/** The question for a list that comes a page at a time. */
export type Pages<T> = ReturnType<typeof pages<T>>;

const named = (q: string | undefined) => (q === undefined ? {} : { q });

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

/** So many playlists are on a page. */
const PLAYLISTS_A_PAGE = 60;

/** Playlists whose name has `q` in it, newest first, a page at a time. */
export const playlistPagesQuery = (q: string | undefined) =>
  pages(
    ['playlists', 'page', q],
    PLAYLISTS_A_PAGE,
    async (limit, before: string | null) => {
      const query = { ...named(q), ...(before !== null && { before }), limit };
      return (await answer(api.campaigns.playlists.$get({ query }))).playlists;
    },
    ({ id }) => String(id),
  );

/** One playlist. */
export const playlistQuery = (playlistId: number) =>
  queryOptions({
    queryKey: ['playlists', playlistId],
    queryFn: () => answer(api.campaigns.playlists[':id'].$get({ param: { id: String(playlistId) } })),
  });

/**
 * All areas, whole: they are the streets and townships of one administration, some twenty in a county and some three
 * hundred in a prefecture (12 kB), which no operation here adds to by itself. Every list of endpoints, every rule and every
 * plan names them, so they are asked for once; where they are chosen from, the browser's own list or the component
 * library's virtual one shows them.
 */
export const areasQuery = queryOptions({
  queryKey: ['areas'],
  queryFn: async () => (await answer(api.endpoints.areas.$get())).areas,
  staleTime: 60_000,
});

/** So many campaigns are offered at once. */
const CAMPAIGNS_A_PAGE = 50;

/** Campaigns whose name has `q` in it, newest first, a page at a time. */
export const campaignPagesQuery = (q: string | undefined) =>
  pages(
    ['campaigns', 'page', q],
    CAMPAIGNS_A_PAGE,
    async (limit, before: string | null) => {
      const query = { ...named(q), ...(before !== null && { before }), limit };
      return (await answer(api.campaigns.campaigns.$get({ query }))).campaigns;
    },
    ({ id }) => String(id),
  );

/** One campaign. */
export const campaignQuery = (campaignId: number) =>
  queryOptions({
    queryKey: ['campaigns', campaignId],
    queryFn: () => answer(api.campaigns.campaigns[':id'].$get({ param: { id: String(campaignId) } })),
  });

/** So many bookings are on a page. */
const BOOKINGS_A_PAGE = 100;

/** Bookings that were not taken off the air, over or not, newest first, a page at a time. */
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

/** The same of those that fit: all, oldest first, or the newest `limit`, newest first. */
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

/** So many groups are on a page. */
const GROUPS_A_PAGE = 50;

/** Saved rules over endpoints whose name has `q` in it, by name, a page at a time. */
export const groupPagesQuery = (q: string | undefined) =>
  pages(
    ['groups', 'page', q],
    GROUPS_A_PAGE,
    async (limit, after: string | null) => {
      const query = { ...named(q), ...(after !== null && { after }), limit };
      return (await answer(api.groups.groups.$get({ query }))).groups;
    },
    ({ name }) => name,
  );

/** One group; null where there is none. */
export const groupQuery = (groupId: number) =>
  queryOptions({
    queryKey: ['groups', groupId],
    queryFn: async () =>
      (await answer(api.groups.groups.$get({ query: { ids: String(groupId) } }))).groups[0] ?? null,
  });

/** So many accounts are on a page. */
const STAFF_A_PAGE = 50;

/** Accounts whose username or name has the words of `q`, by username, a page at a time. */
export const staffPagesQuery = (q: string | undefined) =>
  pages(
    ['staff', q],
    STAFF_A_PAGE,
    async (limit, after: string | null) => {
      const query = { ...named(q), ...(after !== null && { after }), limit };
      return (await answer(api.staff.staff.$get({ query }))).staff;
    },
    ({ username }) => username,
  );

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
  queryFn: () => answer(api.dispatch.dispatch.plans.$get()),
});
