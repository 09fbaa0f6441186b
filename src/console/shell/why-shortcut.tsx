import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { whyFrom } from '../why-context.ts';

/** Alt+W asks "why" about what the page shows, from anywhere. */
export function useWhyShortcut(): void {
  const router = useRouter();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== 'KeyW') return;
      event.preventDefault();
      const { pathname, search } = router.state.location;
      void router.navigate({ to: '/why', search: whyFrom(pathname, search) });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router]);
}
