import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import type { Role } from '../../base/api-routes.ts';
import type { Remit } from '../../base/within.ts';
import { api, done } from '../api.ts';
import { ROLES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { latestTrouble } from '../latest-trouble.ts';
import { useMe } from '../session.tsx';
import { accountWords } from '../words/account-words.ts';
import { passkeyWords } from '../words/passkey-words.ts';
import { remitWords } from '../words/remit-words.ts';
import { secondFactorWords } from '../words/second-factor-words.ts';
import { settingsWords } from '../words/settings-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { useRemitText } from './remit.tsx';
import { TroubleNote } from './waiting.tsx';

/** An account as the list of people has it. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly isBlocked: boolean;
  readonly hasSecondFactor: boolean;
  readonly passkeys: number;
  readonly remit: Remit | null;
  readonly createdAt: string;
}

/** One account with all that an administrator does to it. */
export function PersonRow({
  person,
  onRenew,
  onSessions,
  onRemit,
}: {
  person: Person;
  onRenew: () => Promise<unknown>;
  onSessions: () => void;
  onRemit: () => void;
}) {
  const words = useWords(accountWords);
  const second = useWords(secondFactorWords);
  const passkey = useWords(passkeyWords);
  const settings = useWords(settingsWords);
  const remitWord = useWords(remitWords);
  const remitText = useRemitText();
  const shell = useWords(shellWords);
  const format = useFormat();
  const ask = useAsk();
  const queries = useQueryClient();
  const isMe = useMe().id === person.id;
  const { username, name, role, isBlocked, hasSecondFactor, passkeys, createdAt } = person;
  const change = useMutation({
    mutationFn: (json: { role?: Role; isBlocked?: boolean }) =>
      done(api.staff.staff[':username'].$patch({ param: { username }, json })),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['staff'] }),
        queries.invalidateQueries({ queryKey: ['sessions', username] }),
      ]),
  });
  const reset = useMutation({
    mutationFn: () => done(api.staff.staff[':username']['second-factor'].$delete({ param: { username } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });
  const removeKeys = useMutation({
    mutationFn: () => done(api.passkeys.staff[':username'].passkeys.$delete({ param: { username } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['staff'] }),
  });
  const trouble = latestTrouble(change, reset, removeKeys);
  const sure = (title: string, okText: string, onOk: () => Promise<unknown>) =>
    ask({ title, okText, isGrave: true, onOk });
  return (
    <tr>
      <td>{username}</td>
      <td>
        {name}
        {isBlocked && <b className="blocked"> {words.blocked}</b>}
        {hasSecondFactor && <small> · {second.hasIt}</small>}
        {passkeys > 0 && <small> · {passkey.ofPerson(format.number(passkeys))}</small>}
        {person.remit && <small> · {remitText(person.remit)}</small>}
        {trouble && <TroubleNote error={trouble} />}
      </td>
      <td>
        <select
          aria-label={words.roleOf(name)}
          value={role}
          disabled={isMe || change.isPending}
          onChange={(event) => {
            const chosen = ROLES.find((one) => one === event.target.value);
            if (chosen) change.mutate({ role: chosen });
          }}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {shell.roles[one]}
            </option>
          ))}
        </select>
      </td>
      <td>{format.dateTime(createdAt)}</td>
      <td>
        <span className="row-acts">
          <Button size="small" onClick={() => sure(settings.renewSure(name), settings.renew, onRenew)}>
            {settings.renew}
          </Button>
          <Button size="small" onClick={onSessions}>
            {words.showSessions}
          </Button>
          {role !== 'administrator' && (
            <Button size="small" onClick={onRemit}>
              {remitWord.remit}
            </Button>
          )}
          {hasSecondFactor && (
            <Button
              size="small"
              onClick={() => sure(second.resetSure(name), second.reset, reset.mutateAsync)}
            >
              {second.reset}
            </Button>
          )}
          {passkeys > 0 && (
            <Button
              size="small"
              onClick={() => sure(passkey.resetSure(name), passkey.reset, removeKeys.mutateAsync)}
            >
              {passkey.reset}
            </Button>
          )}
          {!isMe && isBlocked && (
            <Button size="small" onClick={() => change.mutate({ isBlocked: false })}>
              {words.unblock}
            </Button>
          )}
          {!isMe && !isBlocked && (
            <Button
              size="small"
              danger
              onClick={() =>
                sure(words.blockSure(name), words.block, () => change.mutateAsync({ isBlocked: true }))
              }
            >
              {words.block}
            </Button>
          )}
        </span>
      </td>
    </tr>
  );
}
