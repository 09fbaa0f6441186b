import { useQuery } from '@tanstack/react-query';
import { Trouble } from '../api.ts';
import { browserKnowsPasskeys, hindranceTo, isHeldAlready } from '../passkeys.ts';
import { signInMethodsQuery } from '../queries.ts';
import { passkeyWords } from '../words/passkey-words.ts';
import { useWords } from '../words/use-words.ts';
import { TroubleNote } from './waiting.tsx';

/** What stands against passkeys on this page: null: nothing; undefined while that is not known. */
export function useHindrance(): ReturnType<typeof hindranceTo> | undefined {
  const { data } = useQuery(signInMethodsQuery);
  return data && hindranceTo(data.passkeys, window.location.origin, browserKnowsPasskeys());
}

/** Says why passkeys cannot be used on this page, and where they can. */
export function HindranceNote() {
  const words = useWords(passkeyWords);
  const hindrance = useHindrance();
  const { data } = useQuery(signInMethodsQuery);
  if (!hindrance) return null;
  const place = window.location.pathname + window.location.search;
  return (
    <p className="quiet hindrance">
      {hindrance === 'address' ? (
        <>
          {words.elsewhere} <a href={`${data?.passkeys?.origin}${place}`}>{data?.passkeys?.origin}</a>
        </>
      ) : (
        words.hindered[hindrance]
      )}
    </p>
  );
}

/** What went wrong with a passkey: in the server's words, or in ours where the browser broke off. */
export function PasskeyTrouble({ error }: { error: Error }) {
  const words = useWords(passkeyWords);
  if (error instanceof Trouble) return <TroubleNote error={error} />;
  return <TroubleNote error={new Error(isHeldAlready(error) ? words.heldAlready : words.givenUp)} />;
}
