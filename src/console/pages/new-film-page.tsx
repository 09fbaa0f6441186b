import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useMemo, useRef, useState } from 'react';
import type { Rate, Selection } from '../../campaigns/booking.ts';
import type { Asset } from '../../catalogue/asset.ts';
import { CATEGORIES } from '../choices.ts';
import { browserZone, datePlus, localDateAt } from '../day.ts';
import { useFormat } from '../format.ts';
import { CampaignChoice } from '../forms/campaign-choice.tsx';
import { RateFields } from '../forms/rate-fields.tsx';
import { SelectionFields } from '../forms/selection-fields.tsx';
import { filmLaunch, LAUNCH_STEPS, type LaunchStep } from '../launch-film.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { FitPanel } from '../parts/fit-panel.tsx';
import { TroubleNote } from '../parts/waiting.tsx';
import { areasQuery } from '../queries.ts';
import { useKeptToOwn } from '../use-kept-to-own.ts';
import { bookingWords } from '../words/booking-words.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';

/** From a film on a disk to a booking that only waits for the review: drop, look, go. */
export function NewFilmPage() {
  const words = useWords(bookingWords);
  const { dropHere } = useWords(materialWords);
  const { categories } = useWords(shellWords);
  const format = useFormat();
  const queries = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const areas = useQuery(areasQuery);
  const today = localDateAt(Date.now(), browserZone());
  const [file, setFile] = useState<File | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every file is launched by itself
  const launchFilm = useMemo(filmLaunch, [file]);
  const [category, setCategory] = useState<Asset['category']>('psa');
  const [campaignId, setCampaignId] = useState<number | null>(null);
  const [selection, setSelection] = useState<Selection>({});
  const kept = useKeptToOwn();
  const [fromDate, setFromDate] = useState(today);
  const [toDate, setToDate] = useState(datePlus(today, 30));
  const [rate, setRate] = useState<Rate>({ kind: 'perHour', plays: 6 });
  const [progress, setProgress] = useState<{ step: LaunchStep; share: number } | null>(null);
  const launch = useMutation({
    mutationFn: (film: File) =>
      launchFilm(
        { file: film, category, campaignId, endpoints: kept(selection), fromDate, toDate, rate },
        (step, share) => setProgress({ step, share }),
      ),
    onSettled: () => {
      setProgress(null);
      void queries.invalidateQueries();
    },
  });
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (file) launch.mutate(file);
  }
  const done = launch.data;
  if (done) {
    return (
      <section className="page narrow">
        <h1>{words.film.title}</h1>
        <section className="panel" role="status">
          <p>
            <b>{done.asset.state === 'approved' ? words.film.approvedDone : words.film.done}</b>
          </p>
          {!done.isNew && <p className="quiet">{words.film.known}</p>}
          {done.fit && <p>{words.film.reach(format.number(done.fit.endpoints.selected))}</p>}
          {done.fit && <FitPanel fit={done.fit} />}
          <div className="acts">
            <Link className="button" to="/material/$assetId" params={{ assetId: String(done.asset.id) }}>
              {words.film.openAsset}
            </Link>
            <Link className="button" to="/bookings">
              {words.film.openBookings}
            </Link>
            <Button
              onClick={() => {
                launch.reset();
                setFile(null);
              }}
            >
              {words.film.again}
            </Button>
          </div>
        </section>
      </section>
    );
  }
  return (
    <DropZone isOpen={!launch.isPending} hint={dropHere} onFiles={([dropped]) => dropped && setFile(dropped)}>
      <section className="page narrow-form">
        <h1>{words.film.title}</h1>
        <p className="quiet">{words.film.lead}</p>
        <form className="stack" onSubmit={onSubmit}>
          <section className="panel drop-target" data-has={file !== null}>
            <p>
              {file ? (
                <>
                  <b>{file.name}</b> <span className="quiet">{format.bytes(file.size)}</span>
                </>
              ) : (
                words.film.drop
              )}
            </p>
            <Button onClick={() => picker.current?.click()}>{words.film.choose}</Button>
            <input
              ref={picker}
              type="file"
              hidden
              aria-label={words.film.choose}
              onChange={({ target }) => setFile(target.files?.[0] ?? null)}
            />
          </section>
          <section className="panel">
            <div className="side-by-side">
              <label className="field">
                <span>{words.film.category}</span>
                <select
                  value={category}
                  onChange={({ target }) =>
                    setCategory(CATEGORIES.find((one) => one === target.value) ?? 'psa')
                  }
                >
                  {CATEGORIES.map((one) => (
                    <option key={one} value={one}>
                      {categories[one]}
                    </option>
                  ))}
                </select>
              </label>
              <CampaignChoice
                label={words.campaign}
                none={words.newCampaign}
                value={campaignId}
                onChoose={(chosen) => {
                  setCampaignId(chosen?.id ?? null);
                  // A booking lies within its campaign.
                  if (chosen && toDate > chosen.toDate) setToDate(chosen.toDate);
                  if (chosen && fromDate < chosen.fromDate) setFromDate(chosen.fromDate);
                }}
              />
              <label className="field">
                <span>{words.from}</span>
                <input
                  type="date"
                  required
                  value={fromDate}
                  onChange={({ target }) => setFromDate(target.value)}
                />
              </label>
              <label className="field">
                <span>{words.to}</span>
                <input
                  type="date"
                  required
                  min={fromDate}
                  value={toDate}
                  onChange={({ target }) => setToDate(target.value)}
                />
              </label>
            </div>
            <RateFields rate={rate} tier={null} onRate={setRate} />
            <details>
              <summary>
                {words.where}:{' '}
                {Object.keys(selection).length === 0
                  ? areas.data
                    ? words.film.allEndpoints(
                        format.number(areas.data.reduce((sum, area) => sum + area.endpoints, 0)),
                      )
                    : words.everywhere
                  : words.endpoints}
              </summary>
              <div className="stack">
                <SelectionFields value={selection} onChange={setSelection} />
              </div>
            </details>
          </section>
          {launch.error && <TroubleNote error={launch.error} />}
          {progress && (
            <ol className="launch" aria-live="polite">
              {LAUNCH_STEPS.map((step) => (
                <li key={step} data-at={step === progress.step}>
                  {words.film.steps[step]}
                  {step === 'upload' && step === progress.step && ` ${format.percent(progress.share)}`}
                </li>
              ))}
            </ol>
          )}
          <div className="acts">
            <Button
              type="primary"
              size="large"
              htmlType="submit"
              disabled={file === null}
              loading={launch.isPending}
            >
              {words.film.go}
            </Button>
          </div>
        </form>
      </section>
    </DropZone>
  );
}
