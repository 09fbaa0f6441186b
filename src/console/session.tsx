import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import type { StaffMember } from '../base/api-routes.ts';
import type { Remit } from '../base/within.ts';
import { answer, api, done, Trouble } from './api.ts';
import { type Capability, may } from './may.ts';
import { answerPasskey } from './passkeys.ts';

const ME = ['me'] as const;

/** The signed-in person, and whether a one-time password must be changed before anything else. */
export interface Me extends StaffMember {
  readonly mustChangePassword: boolean;
  /** The role asks for two-step sign-in, which is not set up. */
  readonly mustSetSecondFactor: boolean;
  /** The part of the fleet that the account is for; null: all of it. */
  readonly remit: Remit | null;
}

const Member = createContext<Me | null>(null);

/** Who is signed in; null when nobody is; undefined while that is not known. */
export function useSession(): Me | null | undefined {
  return useQuery({
    queryKey: ME,
    queryFn: async (): Promise<Me | null> => {
      try {
        return await answer(api.session.session.$get());
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
export function SignedIn({ member, children }: { member: Me; children: ReactNode }) {
  return <Member value={member}>{children}</Member>;
}

/** The signed-in person. */
export function useMe(): Me {
  const me = useContext(Member);
  if (me === null) throw new Error('this part is shown to signed-in people only');
  return me;
}

/** Whether the signed-in person may do something. */
export function useMay(capability: Capability): boolean {
  const { role, remit } = useMe();
  return may(role, capability, remit !== null);
}

/** Sign-in and sign-out. What was read before belongs to the person before, and is forgotten. */
export function useSignInOut() {
  const queries = useQueryClient();
  function becomes(member: Me | null): void {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME[0] });
    queries.setQueryData(ME, member);
  }
  return {
    /** `code`: of the second step, where one is asked. */
    async signIn(json: { username: string; password: string; code?: string }): Promise<void> {
      const { token: _forPrograms, ...me } = await answer(api.session.session.$post({ json }));
      becomes(me);
    },
    async enterByPasskey(): Promise<void> {
      const room = api.passkeys.session.passkey;
      const json = await answerPasskey(await answer(room.challenge.$post()));
      const { token: _forPrograms, ...me } = await answer(room.$post({ json }));
      becomes(me);
    },
    /** The one-time password was changed: everything opens. */
    async refresh(): Promise<void> {
      await queries.invalidateQueries({ queryKey: ME });
    },
    /** @throws Trouble while the server cannot end the session */
    async signOut(): Promise<void> {
      try {
        await done(api.session.session.$delete());
      } catch (error) {
        // A session that is over already needs no end.
        if (!(error instanceof Trouble && error.status === 401)) throw error;
      }
      becomes(null);
    },
  };
}
