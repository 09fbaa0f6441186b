import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../api.ts';
import { DISPATCH_CHANNELS, DISPATCHED } from '../choices.ts';
import { browserZone } from '../day.ts';
import { useFormat } from '../format.ts';
import { NamedOptions } from '../parts/named-options.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { areasQuery, plansQuery } from '../queries.ts';
import { dispatchWords } from '../words/dispatch-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { CampaignChoice } from './campaign-choice.tsx';

/** Channels that can sign what they send. */
const SIGNING = ['webhook', 'dingtalk', 'feishu'];

/** A new plan: what is sent, when, to whom. */
export function DispatchForm({ onDone }: { onDone: () => void }) {
  const words = useWords(dispatchWords);
  const { cancel } = useWords(shellWords);
  const { language } = useFormat();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const areas = useQuery(areasQuery);
  const [what, setWhat] = useState<(typeof DISPATCHED)[number]>('daily');
  const [channel, setChannel] = useState<(typeof DISPATCH_CHANNELS)[number]>('wecom');
  const [campaignId, setCampaignId] = useState<number | null>(null);
  const isReport = what === 'daily' || what === 'weekly';
  const zone = browserZone();
  const zones = Intl.supportedValuesOf('timeZone');
  const add = useMutation({
    mutationFn: (data: FormData) => {
      const text = (name: string) => String(data.get(name) ?? '').trim();
      return answer(
        api.dispatch.dispatch.plans.$post({
          json: {
            name: text('name'),
            what,
            channel,
            address: text('address'),
            secret: text('secret') === '' ? null : text('secret'),
            lang: text('lang') === 'en' ? 'en' : 'zh',
            campaignId: isReport ? campaignId : null,
            timeZone: text('timeZone'),
            ...(isReport && { at: text('at') }),
            ...(what === 'silence' && {
              areaId: Number(text('area')) || null,
              afterMinutes: Number(text('afterMinutes')),
            }),
            ...(what === 'weekly' && { weekday: Number(text('weekday')) }),
          },
        }),
      );
    },
    onSuccess: async ({ name }) => {
      void message.success(words.saved(name));
      await queries.invalidateQueries({ queryKey: plansQuery.queryKey });
      onDone();
    },
  });
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    add.mutate(new FormData(event.currentTarget));
  }
  return (
    <form className="panel" onSubmit={onSubmit}>
      <h2>{words.add}</h2>
      <div className="side-by-side">
        <label className="field">
          <span>{words.name}</span>
          <input name="name" required maxLength={200} autoComplete="off" />
        </label>
        <label className="field">
          <span>{words.what}</span>
          <select
            value={what}
            onChange={({ target }) => setWhat(DISPATCHED.find((one) => one === target.value) ?? 'daily')}
          >
            {DISPATCHED.map((one) => (
              <option key={one} value={one}>
                {words.whats[one]}
              </option>
            ))}
          </select>
        </label>
        {what === 'weekly' && (
          <label className="field">
            <span>{words.weekday}</span>
            <select name="weekday" defaultValue="1">
              {words.weekdays.map((day, at) => (
                <option key={day} value={at + 1}>
                  {day}
                </option>
              ))}
            </select>
          </label>
        )}
        {what === 'silence' && (
          <>
            <label className="field">
              <span>{words.area}</span>
              <select name="area" defaultValue="">
                <option value="">{words.allAreas}</option>
                <NamedOptions of={areas.data} />
              </select>
            </label>
            <label className="field">
              <span>{words.afterMinutes}</span>
              <input name="afterMinutes" type="number" min={0} max={1_440} defaultValue={0} required />
            </label>
          </>
        )}
        {isReport && (
          <label className="field">
            <span>{words.at}</span>
            <input name="at" type="time" defaultValue="08:00" required />
          </label>
        )}
        <label className="field">
          <span>{words.timeZone}</span>
          <select name="timeZone" defaultValue={zone}>
            {(zones.includes(zone) ? zones : [zone, ...zones]).map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        {isReport && (
          <CampaignChoice
            label={words.campaign}
            none={words.allCampaigns}
            value={campaignId}
            onChoose={(campaign) => setCampaignId(campaign?.id ?? null)}
          />
        )}
        <label className="field">
          <span>{words.lang}</span>
          <select name="lang" defaultValue={language}>
            <option value="zh">{words.langs.zh}</option>
            <option value="en">{words.langs.en}</option>
          </select>
        </label>
      </div>
      {what === 'silence' && <p className="quiet">{words.silenceLead}</p>}
      <div className="side-by-side">
        <label className="field">
          <span>{words.channel}</span>
          <select
            value={channel}
            onChange={({ target }) =>
              setChannel(DISPATCH_CHANNELS.find((one) => one === target.value) ?? 'email')
            }
          >
            {DISPATCH_CHANNELS.map((one) => (
              <option key={one} value={one}>
                {words.channels[one]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{words.address}</span>
          <input
            name="address"
            required
            maxLength={2_000}
            autoComplete="off"
            placeholder={channel === 'email' ? words.addressMail : words.addressHook}
          />
        </label>
        {SIGNING.includes(channel) && (
          <label className="field">
            <span>{words.secret}</span>
            <input
              name="secret"
              type="password"
              minLength={8}
              maxLength={500}
              autoComplete="new-password"
              placeholder={words.secretHint}
            />
          </label>
        )}
      </div>
      {add.error && <TroubleNote error={add.error} />}
      <p className="acts">
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {words.save}
        </Button>
        <Button onClick={onDone}>{cancel}</Button>
      </p>
    </form>
  );
}
