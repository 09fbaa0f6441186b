import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Campaign } from '../../campaigns/campaign.ts';
import { campaignPagesQuery, campaignQuery } from '../queries.ts';
import { useSettled } from '../settled.ts';
import { SearchedChoice } from './searched-choice.tsx';

/** Chooses a campaign by typing a part of its name; the server looks for it. */
export function CampaignChoice({
  label,
  none,
  value,
  onChoose,
}: {
  label: string;
  /** What stands there while none is chosen. */
  none: string;
  value: number | null;
  /** Null: it was cleared. */
  onChoose: (campaign: Campaign | null) => void;
}) {
  const [typed, setTyped] = useState('');
  const found = useInfiniteQuery(campaignPagesQuery(useSettled(typed.trim()) || undefined));
  const chosen = useQuery({ ...campaignQuery(value ?? 0), enabled: value !== null });
  const campaigns = (found.data?.pages ?? []).flat();
  return (
    <SearchedChoice
      {...{ label, none, value, typed }}
      mayClear
      nameOfValue={chosen.data?.name ?? `#${value}`}
      found={{
        options: campaigns.map(({ id, name }) => ({ value: id, label: name })),
        isFetching: found.isFetching,
      }}
      onType={setTyped}
      onChoose={(id) => onChoose(campaigns.find((one) => one.id === id) ?? null)}
    />
  );
}
