import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Trouble } from './api.ts';
import { onReturn } from './connection.ts';
import { HouseStyle } from './house-style.tsx';
import { router } from './routes.tsx';

/**
 * Somebody ended the session, or its time was up: the sign-in takes the page's place. Other answers of 401 refuse what was
 * typed: a password, a code, a passkey.
 */
function noticeSignedOut(error: unknown): void {
  if (error instanceof Trouble && error.code === 'session.missing') queries.setQueryData(['me'], null);
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one; an absent server is asked again when it is back.
      retry: (failures, error) => error instanceof Trouble && error.status >= 500 && failures < 2,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
onReturn(() => void queries.invalidateQueries());

const place = document.getElementById('console');
if (!place) throw new Error('the page has no place for the console');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <HouseStyle>
        <RouterProvider router={router} />
      </HouseStyle>
    </QueryClientProvider>
  </StrictMode>,
);
