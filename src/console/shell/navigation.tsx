import { Link, type LinkProps, useRouterState } from '@tanstack/react-router';
import type { Capability } from '../may.ts';
import { may } from '../may.ts';
import { useMe } from '../session.tsx';
import { whyFrom } from '../why-context.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

type Room = keyof (typeof shellWords)['zh']['rooms'];

/** The rooms in the order of an editor's day, and what one must be allowed to find something there. */
const ROOMS: readonly {
  readonly room: Room;
  readonly to: NonNullable<LinkProps['to']>;
  readonly needs: Capability;
}[] = [
  { room: 'today', to: '/', needs: 'look' },
  { room: 'material', to: '/material', needs: 'look' },
  { room: 'notices', to: '/notices', needs: 'upload' },
  { room: 'review', to: '/review', needs: 'review' },
  { room: 'playlists', to: '/playlists', needs: 'look' },
  { room: 'bookings', to: '/bookings', needs: 'look' },
  { room: 'endpoints', to: '/endpoints', needs: 'look' },
  { room: 'why', to: '/why', needs: 'look' },
  { room: 'emergency', to: '/emergency', needs: 'look' },
  { room: 'reports', to: '/reports', needs: 'look' },
  { room: 'settings', to: '/settings', needs: 'look' },
  { room: 'account', to: '/account', needs: 'look' },
];

/** The way to every room that the signed-in person's role opens. */
export function Navigation({ onGone }: { onGone: () => void }) {
  const words = useWords(shellWords);
  const { role, remit } = useMe();
  const question = useRouterState({ select: ({ location }) => whyFrom(location.pathname, location.search) });
  return (
    <nav className="rooms" id="rooms" aria-label={words.navigation}>
      {may(role, 'book') && (
        <p className="act">
          <Link to="/new-film" onClick={onGone}>
            {words.newFilm}
          </Link>
        </p>
      )}
      <ul>
        {ROOMS.filter(({ needs }) => may(role, needs, remit !== null)).map(({ room, to }) => (
          <li key={room} data-room={room}>
            <Link
              to={to}
              {...(room === 'why' && {
                search: question,
                'aria-keyshortcuts': 'Alt+W',
                title: words.whyKeys,
              })}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              onClick={onGone}
            >
              {words.rooms[room]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
