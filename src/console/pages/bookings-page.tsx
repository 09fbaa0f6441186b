import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import type { Selection } from '../../campaigns/booking.ts';
import { answer, api } from '../api.ts';
import { useFormat } from '../format.ts';
import { useCampaignNames } from '../names.ts';
import { useAsk } from '../parts/ask.tsx';
import { MoreOf } from '../parts/more-of.tsx';
import { useRateWords } from '../parts/rate-words.ts';
import { Found, Nothing, TroubleNote } from '../parts/waiting.tsx';
import { Wide } from '../parts/wide.tsx';
import { areasQuery, bookingPagesQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { bookingWords } from '../words/booking-words.ts';
import { calendarWords } from '../words/calendar-words.ts';
import { changeWords } from '../words/change-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** All bookings that were not withdrawn, past ones too, newest first. */
export function BookingsPage() {
  const words = useWords(bookingWords);
  const shell = useWords(shellWords);
  const calendar = useWords(calendarWords);
  const changes = useWords(changeWords);
  const format = useFormat();
  const rateWords = useRateWords();
  const whereWords = useWhereWords();
  const mayBook = useMay('book');
  const { message } = App.useApp();
  const ask = useAsk();
  const queries = useQueryClient();
  const bookings = useInfiniteQuery(bookingPagesQuery);
  const nameOfCampaign = useCampaignNames(bookings.data?.pages.flat().map((one) => one.campaignId) ?? []);
  const withdraw = useMutation({
    mutationFn: (id: number) => answer(api.campaigns.bookings[':id'].$delete({ param: { id: String(id) } })),
    onSuccess: () => void message.success(words.withdrawn),
    onSettled: () => queries.invalidateQueries({ queryKey: ['bookings'] }),
  });
  return (
    <section className="page">
      <header>
        <h1>{words.title}</h1>
        <span className="fill" />
        <Link className="button" to="/bookings/calendar" search={{}}>
          {calendar.link}
        </Link>
        {mayBook && (
          <Link className="button primary" to="/bookings/new">
            {words.add}
          </Link>
        )}
      </header>
      {withdraw.error && <TroubleNote error={withdraw.error} />}
      <Found query={bookings} lines={8}>
        {({ pages }) =>
          pages[0]?.length === 0 ? (
            <Nothing>{words.none}</Nothing>
          ) : (
            <Wide label={words.title}>
              <table className="rows">
                <thead>
                  <tr>
                    {(['name', 'campaign', 'dates', 'where', 'rate'] as const).map((column) => (
                      <th key={column} scope="col">
                        {words.columns[column]}
                      </th>
                    ))}
                    <th scope="col">{shell.rooms.why}</th>
                    {mayBook && <th scope="col">{words.columns.act}</th>}
                  </tr>
                </thead>
                <tbody>
                  {pages.flat().map((booking) => (
                    <tr key={booking.id}>
                      <td>
                        <Link to="/playlists/$playlistId" params={{ playlistId: String(booking.playlistId) }}>
                          {booking.name}
                        </Link>
                      </td>
                      <td>{nameOfCampaign(booking.campaignId)}</td>
                      <td>{words.span(format.date(booking.fromDate), format.date(booking.toDate))}</td>
                      <td>{whereWords(booking.endpoints)}</td>
                      <td>{rateWords(booking.rate)}</td>
                      <td>
                        <Link to="/why" search={{ booking: booking.id }}>
                          {shell.rooms.why}
                        </Link>
                      </td>
                      {mayBook && (
                        <td className="acts">
                          <Link
                            className="button"
                            to="/bookings/$bookingId"
                            params={{ bookingId: String(booking.id) }}
                          >
                            {changes.edit}
                          </Link>
                          <Button
                            danger
                            onClick={() =>
                              ask({
                                title: words.withdrawSure(booking.name),
                                okText: words.withdraw,
                                isGrave: true,
                                onOk: () => withdraw.mutateAsync(booking.id),
                              })
                            }
                          >
                            {words.withdraw}
                          </Button>
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Found>
      <MoreOf of={bookings} />
    </section>
  );
}

/** Says a selection of endpoints in plain words. */
function useWhereWords(): (selection: Selection) => string {
  const words = useWords(bookingWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const areas = useQuery(areasQuery);
  return ({ kinds, areaIds, tags, endpointIds }) => {
    const parts = [
      kinds?.map((kind) => shell.kinds[kind]).join(' / '),
      areaIds?.map((id) => areas.data?.find((area) => area.id === id)?.name ?? `#${id}`).join(' / '),
      tags?.join(' / '),
      endpointIds && words.count(format.number(endpointIds.length)),
    ].filter((part) => part !== undefined);
    return parts.length === 0 ? words.everywhere : parts.join(' · ');
  };
}
