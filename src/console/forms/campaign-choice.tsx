import { useQuery } from '@tanstack/react-query';
import type { Campaign } from '../../campaigns/campaign.ts';
import { campaignPagesQuery, campaignQuery } from '../queries.ts';
import { type ChoiceTexts, NamedChoice } from './named-choice.tsx';

/** Chooses a campaign by typing a part of its name, or none. */
export function CampaignChoice(texts: ChoiceTexts & { onChoose: (campaign: Campaign | null) => void }) {
  const { value } = texts;
  const chosen = useQuery({ ...campaignQuery(value ?? 0), enabled: value !== null });
  return <NamedChoice {...texts} mayClear pagesOf={campaignPagesQuery} chosen={chosen.data?.name} />;
}
