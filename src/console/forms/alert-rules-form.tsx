import { Button } from 'antd';
import { useState } from 'react';
import type { AlertRule, AlertSettings } from '../../override/alert-settings.ts';
import { useTitles } from '../asset-titles.ts';
import { useFormat } from '../format.ts';
import { Nothing } from '../parts/waiting.tsx';
import { alertSettingWords } from '../words/alert-setting-words.ts';
import { useWords } from '../words/use-words.ts';
import { AssetChoice } from './asset-choice.tsx';

const SEVERITIES = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;
const ACTIONS = ['fire', 'ask', 'log'] as const;
const EMPTY: AlertRule = { action: 'ask', assetId: null };

/** The rules by which alerts go on the air, in their order; changed where `onChange` is given. */
export function AlertRules({
  rules,
  onChange,
}: {
  rules: readonly AlertRule[];
  onChange: ((rules: AlertSettings['rules']) => void) | null;
}) {
  const words = useWords(alertSettingWords);
  const format = useFormat();
  const titleOf = useTitles(rules.flatMap(({ assetId }) => assetId ?? []));
  const listed = (names: readonly string[] | undefined) => names?.join(' · ') ?? words.any;
  const without = (at: number) => rules.filter((_, index) => index !== at);
  return (
    <section className="panel">
      <h2>{words.rules}</h2>
      <p className="quiet">{words.rulesLead}</p>
      {rules.length === 0 && <Nothing>{words.noRules}</Nothing>}
      <ol className="alert-rules">
        {rules.map((rule, at) => {
          const n = format.number(at + 1);
          return (
            <li key={`${n} ${JSON.stringify(rule)}`}>
              <b>{words.rule(n)}</b> <span className="tag">{words.actions[rule.action]}</span>
              <dl className="facts">
                <dt>{words.severity}</dt>
                <dd>{listed(rule.severity?.map((one) => words.severities[one]))}</dd>
                <dt>{words.urgency}</dt>
                <dd>{listed(rule.urgency?.map((one) => words.urgencies[one]))}</dd>
                <dt>{words.certainty}</dt>
                <dd>{listed(rule.certainty?.map((one) => words.certainties[one]))}</dd>
                {rule.assetId !== null && (
                  <>
                    <dt>{words.sound}</dt>
                    <dd>{titleOf(rule.assetId)}</dd>
                  </>
                )}
              </dl>
              {onChange && (
                <span className="acts">
                  {at > 0 && (
                    <Button
                      size="small"
                      aria-label={words.earlier(n)}
                      onClick={() =>
                        onChange([...rules.slice(0, at - 1), rule, ...without(at).slice(at - 1)])
                      }
                    >
                      ↑
                    </Button>
                  )}
                  <Button
                    size="small"
                    aria-label={words.remove(words.rule(n))}
                    onClick={() => onChange(without(at))}
                  >
                    ×
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {onChange && (
        // Begun anew once what it asked for is stored: a refused rule stays, to be mended.
        <NewRule key={JSON.stringify(rules.at(-1))} onAdd={(rule) => onChange([...rules, rule])} />
      )}
    </section>
  );
}

function NewRule({ onAdd }: { onAdd: (rule: AlertRule) => void }) {
  const words = useWords(alertSettingWords);
  const [rule, setRule] = useState<AlertRule>(EMPTY);
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(rule);
      }}
    >
      <Ticks
        legend={words.severity}
        all={SEVERITIES}
        names={words.severities}
        ticked={rule.severity}
        onTick={(severity) => setRule({ ...rule, severity })}
      />
      <Ticks
        legend={words.urgency}
        all={URGENCIES}
        names={words.urgencies}
        ticked={rule.urgency}
        onTick={(urgency) => setRule({ ...rule, urgency })}
      />
      <Ticks
        legend={words.certainty}
        all={CERTAINTIES}
        names={words.certainties}
        ticked={rule.certainty}
        onTick={(certainty) => setRule({ ...rule, certainty })}
      />
      <p className="quiet">{words.addLead}</p>
      <label className="field">
        <span>{words.action}</span>
        <select
          value={rule.action}
          onChange={({ target }) =>
            setRule({ ...rule, action: ACTIONS.find((one) => one === target.value) ?? 'ask' })
          }
        >
          {ACTIONS.map((one) => (
            <option key={one} value={one}>
              {words.actions[one]}
            </option>
          ))}
        </select>
      </label>
      <AssetChoice
        label={words.sound}
        none={words.noSound}
        state="approved"
        value={rule.assetId ?? undefined}
        onChoose={(assetId) => setRule({ ...rule, assetId: assetId ?? null })}
      />
      <div className="acts">
        <Button htmlType="submit">{words.add}</Button>
      </div>
    </form>
  );
}

/** Ticks some of a few words; none ticked is told as undefined. */
function Ticks<W extends string>({
  legend,
  all,
  names,
  ticked = [],
  onTick,
}: {
  legend: string;
  all: readonly W[];
  names: Readonly<Record<W, string>>;
  ticked?: readonly W[] | undefined;
  onTick: (ticked: W[] | undefined) => void;
}) {
  return (
    <fieldset className="areas">
      <legend>{legend}</legend>
      {all.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={ticked.includes(one)}
          onClick={() => {
            const next = all.filter((word) => (word === one) !== ticked.includes(word));
            onTick(next.length > 0 ? next : undefined);
          }}
        >
          {names[one]}
        </button>
      ))}
    </fieldset>
  );
}
