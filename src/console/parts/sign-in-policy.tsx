import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { Role } from '../../base/api-routes.ts';
import { answer, api, done } from '../api.ts';
import { ROLES } from '../choices.ts';
import { secondFactorWords } from '../words/second-factor-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { Found, TroubleNote } from './waiting.tsx';

const QUERY = ['sign-in-policy'] as const;

/** Of which roles two-step sign-in is asked. */
export function SignInPolicy() {
  const words = useWords(secondFactorWords);
  const { roles } = useWords(shellWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const policy = useQuery({
    queryKey: QUERY,
    queryFn: () => answer(api.staff['sign-in-policy'].$get()),
  });
  const save = useMutation({
    mutationFn: (secondFactorRoles: Role[]) =>
      done(api.staff['sign-in-policy'].$put({ json: { secondFactorRoles } })),
    onSuccess: () => void message.success(words.policySaved),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: QUERY }),
        queries.invalidateQueries({ queryKey: ['me'] }),
      ]),
  });
  return (
    <section className="panel">
      <h2>{words.policy}</h2>
      <p className="quiet">{words.policyLead}</p>
      {save.error && <TroubleNote error={save.error} />}
      <Found query={policy} lines={1}>
        {({ secondFactorRoles }) => (
          <fieldset className="checks">
            <legend>{words.policyRoles}</legend>
            {ROLES.map((role) => (
              <label key={role}>
                <input
                  type="checkbox"
                  disabled={save.isPending}
                  checked={secondFactorRoles.includes(role)}
                  onChange={({ target }) => {
                    const others = secondFactorRoles.filter((one) => one !== role);
                    save.mutate(target.checked ? [...others, role] : others);
                  }}
                />
                {roles[role]}
              </label>
            ))}
          </fieldset>
        )}
      </Found>
    </section>
  );
}
