import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { answer, api } from '../api.ts';
import { browserZone } from '../day.ts';
import { useFormat } from '../format.ts';
import { TroubleNote } from '../parts/waiting.tsx';
import { useMay } from '../session.tsx';
import { markWords } from '../words/mark-words.ts';
import { useWords } from '../words/use-words.ts';

/** Until when an asset may air, and the way to change it. */
export function ExpiryForm({ asset }: { asset: Asset }) {
  const words = useWords(markWords);
  const format = useFormat();
  const mayExpire = useMay('expire');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { expiresAt } = asset;
  const [until, setUntil] = useState(expiresAt === null ? '' : dayjs(expiresAt).format('YYYY-MM-DDTHH:mm'));
  const set = useMutation({
    mutationFn: (at: string | null) =>
      answer(
        api.review.assets[':id'].expiry.$post({ param: { id: String(asset.id) }, json: { expiresAt: at } }),
      ),
    onSuccess: (after) => {
      setUntil(after.expiresAt === null ? '' : dayjs(after.expiresAt).format('YYYY-MM-DDTHH:mm'));
      void message.success(words.expiryDone);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['assets'] }),
  });
  const says = () => {
    if (expiresAt === null) return words.expiryNone;
    const at = format.dateTime(expiresAt);
    return Date.parse(expiresAt) <= Date.now() ? words.expired(at) : words.expiryAt(at);
  };
  return (
    <div className="stack">
      <p>
        <b>{words.expiry}</b> {says()}
      </p>
      {mayExpire && (
        <form
          className="in-line"
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate(dayjs(until).toISOString());
          }}
        >
          <label className="field">
            <span>{words.until}</span>
            <input
              type="datetime-local"
              required
              value={until}
              onChange={({ target }) => setUntil(target.value)}
            />
            <small>{words.zone(browserZone())}</small>
          </label>
          <Button htmlType="submit" loading={set.isPending}>
            {words.setExpiry}
          </Button>
          {expiresAt !== null && <Button onClick={() => set.mutate(null)}>{words.clearExpiry}</Button>}
        </form>
      )}
      {set.error && <TroubleNote error={set.error} />}
    </div>
  );
}
