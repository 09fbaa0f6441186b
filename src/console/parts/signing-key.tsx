import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { upkeepWords } from '../words/upkeep-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { Found, TroubleNote } from './waiting.tsx';

/** The key that signs, how far the players have followed it, and its replacement. */
export function SigningKey() {
  const words = useWords(upkeepWords);
  const format = useFormat();
  const { message } = App.useApp();
  const ask = useAsk();
  const queries = useQueryClient();
  const key = useQuery({
    queryKey: ['signing-key'],
    queryFn: () => answer(api.signing['signing-key'].$get()),
    refetchInterval: 5_000,
  });
  const rotate = useMutation({
    mutationFn: () => answer(api.signing['signing-key'].rotations.$post()),
    onSuccess: () => void message.success(words.rotated),
    onSettled: () => queries.invalidateQueries({ queryKey: ['signing-key'] }),
  });
  return (
    <section className="panel">
      <h2>{words.key}</h2>
      <p className="quiet">{words.keyLead}</p>
      {rotate.error && <TroubleNote error={rotate.error} />}
      <Found query={key} lines={3}>
        {({ kid, rotations, players: { following, behind, unknown } }) => {
          const total = following + behind + unknown;
          return (
            <>
              <dl className="facts">
                <dt>{words.kid}</dt>
                <dd>
                  <code>{kid}</code>
                </dd>
                <dt>{words.rotations}</dt>
                <dd>{format.number(rotations)}</dd>
              </dl>
              <div role="status">
                <progress max={Math.max(1, total)} value={following} aria-label={words.key} />
                <p>{words.following(format.number(following), format.number(total))}</p>
                {behind > 0 && <p className="quiet">{words.behind(format.number(behind))}</p>}
                {unknown > 0 && <p className="quiet">{words.unknown(format.number(unknown))}</p>}
              </div>
            </>
          );
        }}
      </Found>
      <p className="acts">
        <Button
          danger
          loading={rotate.isPending}
          onClick={() =>
            ask({
              title: words.rotate,
              content: words.rotateSure,
              okText: words.rotate,
              isGrave: true,
              onOk: () => rotate.mutateAsync(),
            })
          }
        >
          {words.rotate}
        </Button>
      </p>
    </section>
  );
}
