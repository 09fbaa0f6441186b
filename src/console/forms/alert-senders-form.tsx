import { Button } from 'antd';
import type { FormEvent } from 'react';
import type { AlertSettings } from '../../override/alert-settings.ts';
import { Nothing } from '../parts/waiting.tsx';
import { alertSettingWords } from '../words/alert-setting-words.ts';
import { useWords } from '../words/use-words.ts';

/** How long alerts last, which language they show, and whose signatures are asked for; for administrators. */
export function AlertSenders({
  settings,
  onChange,
}: {
  settings: AlertSettings;
  onChange: (change: Partial<AlertSettings>) => void;
}) {
  const words = useWords(alertSettingWords);
  const { keys } = settings;
  function saveGeneral(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    onChange({
      minutesWithoutEnd: Number(data.get('minutes')),
      languages: String(data.get('languages'))
        .split(/[,，\s]+/)
        .filter((one) => one !== ''),
      requireSignature: data.get('signature') !== null,
    });
  }
  function addKey(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    onChange({ keys: [...keys, { sender: String(data.get('sender')), pem: String(data.get('pem')) }] });
  }
  return (
    <>
      <section className="panel">
        <h2>{words.general}</h2>
        <form className="stack" onSubmit={saveGeneral}>
          <label className="field">
            <span>{words.minutes}</span>
            <input
              name="minutes"
              type="number"
              min={1}
              max={1_440}
              required
              defaultValue={settings.minutesWithoutEnd}
            />
          </label>
          <label className="field">
            <span>{words.languages}</span>
            <input name="languages" required defaultValue={settings.languages.join(', ')} />
          </label>
          <label className="check">
            <input name="signature" type="checkbox" defaultChecked={settings.requireSignature} />
            {words.signature}
          </label>
          <div className="acts">
            <Button htmlType="submit">{words.save}</Button>
          </div>
        </form>
      </section>
      <section className="panel">
        <h2>{words.senders}</h2>
        <p className="quiet">{words.sendersLead}</p>
        {keys.length === 0 && <Nothing>{words.noSenders}</Nothing>}
        <ul className="days">
          {keys.map((key) => (
            <li key={`${key.sender} ${key.pem}`}>
              <b>{key.sender}</b>{' '}
              <Button
                size="small"
                aria-label={words.remove(key.sender)}
                onClick={() => onChange({ keys: keys.filter((one) => one !== key) })}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
        {/* Emptied once what it asked for is stored: a refused key stays, to be mended. */}
        <form key={keys.at(-1)?.pem} className="stack" onSubmit={addKey}>
          <label className="field">
            <span>{words.sender}</span>
            <input name="sender" required maxLength={256} />
          </label>
          <label className="field">
            <span>{words.pem}</span>
            <textarea name="pem" rows={4} required minLength={50} maxLength={10_000} spellCheck={false} />
          </label>
          <div className="acts">
            <Button htmlType="submit">{words.addSender}</Button>
          </div>
        </form>
      </section>
    </>
  );
}
