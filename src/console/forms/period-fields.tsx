import { useQuery } from '@tanstack/react-query';
import { NamedOptions } from '../parts/named-options.tsx';
import { type PeriodSearch, periodOf } from '../period.ts';
import { campaignsQuery } from '../queries.ts';
import { reportRoomWords } from '../words/report-room-words.ts';
import { useWords } from '../words/use-words.ts';

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
  const campaigns = useQuery({ ...campaignsQuery, enabled: hasCampaign });
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
        <label>
          {words.campaign}{' '}
          <select
            value={search.campaign ?? ''}
            onChange={({ target }) => onAsk({ campaign: Number(target.value) || undefined })}
          >
            <option value="">{words.allCampaigns}</option>
            <NamedOptions of={campaigns.data} />
          </select>
        </label>
      )}
      <output>{words.zone}</output>
    </>
  );
}
