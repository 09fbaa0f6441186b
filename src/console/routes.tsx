import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { FLEET_STATES, KINDS } from './choices.ts';
import { TroublePage, UnknownPage } from './parts/trouble-page.tsx';
import { idIn, textIn, wordIn } from './search-params.ts';
import { Shell } from './shell/shell.tsx';

/* Every address of the console. State that matters lives in the address, so that links and the back button work. */

/** What the day's page is narrowed to. */
interface TodaySearch {
  q?: string | undefined;
  kind?: (typeof KINDS)[number] | undefined;
  state?: (typeof FLEET_STATES)[number] | undefined;
  area?: number | undefined;
  endpoint?: number | undefined;
}

const root = createRootRoute({ component: Shell, notFoundComponent: UnknownPage });

const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>): TodaySearch => ({
    q: textIn(search.q),
    kind: wordIn(search.kind, KINDS),
    state: wordIn(search.state, FLEET_STATES),
    area: idIn(search.area),
    endpoint: idIn(search.endpoint),
  }),
  component: lazyRouteComponent(() => import('./pages/today-page.tsx'), 'TodayPage'),
});

/** The router of the console. */
export const router = createRouter({
  routeTree: root.addChildren([today]),
  basepath: '/console',
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: TroublePage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
