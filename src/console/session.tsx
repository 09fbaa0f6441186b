import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { StaffMember } from '../base/api-routes.ts';
import { answer, api, done, Trouble } from './api.ts';
import { type Capability, may } from './may.ts';

const ME = ['me'] as const;
const Me = createContext<StaffMember | null>(null);

/** Who is signed in; null when nobody is; undefined while that is not known. */
export function useSession(): StaffMember | null | undefined {
  return useQuery({
    queryKey: ME,
    queryFn: async (): Promise<StaffMember | null> => {
      try {
        return await answer(api.staff.session.$get());
      } catch (error) {
        if (error instanceof Trouble && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
    retry: true,
  }).data;
}

/** Gives everything below it the signed-in person. */
export function SignedIn({ member, children }: { member: StaffMember; children: ReactNode }) {
  return <Me value={member}>{children}</Me>;
}

/** The signed-in person. */
export function useMe(): StaffMember {
  const me = useContext(Me);
  if (me === null) throw new Error('this part is shown to signed-in people only');
  return me;
}

/** Whether the signed-in person may do something. */
export function useMay(capability: Capability): boolean {
  return may(useMe().role, capability);
}

/** Sign-in and sign-out. What was read before belongs to the person before, and is forgotten. */
export function useSignInOut() {
  const queries = useQueryClient();
  function becomes(member: StaffMember | null): void {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
    queries.setQueryData(ME, member);
  }
  return {
    async signIn(username: string, password: string): Promise<void> {
      const { id, name, role } = await answer(api.staff.session.$post({ json: { username, password } }));
      becomes({ id, name, role });
    },
    async signOut(): Promise<void> {
      await done(api.staff.session.$delete());
      becomes(null);
    },
  };
}
