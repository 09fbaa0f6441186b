import { createRootRoute } from '@tanstack/react-router';
import { UnknownPage } from './parts/trouble-page.tsx';
import { Shell } from './shell/shell.tsx';

/** The frame around every page. */
export const root = createRootRoute({ component: Shell, notFoundComponent: UnknownPage });
