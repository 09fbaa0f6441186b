import { type PeriodSearch, periodOf } from '../period.ts';
import { reportRoomWords } from '../words/report-room-words.ts';
import { useWords } from '../words/use-words.ts';
import { CampaignChoice } from './campaign-choice.tsx';

/** The two dates of a report, and where it matters the campaign. */
export function PeriodFields({
  search,
  onAsk,
  hasCampaign = true,
}: {
  search: PeriodSearch;
  onAsk: (next: PeriodSearch) => void;
  hasCampaign?: boolean;
}) {
  const words = useWords(reportRoomWords);
  const { from, to } = periodOf(search);
  return (
    <>
      <label>
        {words.from}{' '}
        <input
          type="date"
          value={from}
          max={to}
          onChange={({ target }) => onAsk({ from: target.value || undefined, to })}
        />
      </label>
      <label>
        {words.to}{' '}
        <input
          type="date"
          value={to}
          min={from}
          onChange={({ target }) => onAsk({ to: target.value || undefined, from })}
        />
      </label>
      {hasCampaign && (
        <CampaignChoice
          label={words.campaign}
          none={words.allCampaigns}
          value={search.campaign ?? null}
          onChoose={(campaign) => onAsk({ campaign: campaign?.id })}
        />
      )}
      <output>{words.zone}</output>
    </>
  );
}
