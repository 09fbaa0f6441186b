import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useId, useState } from 'react';
import type { Asset } from '../../catalogue/asset.ts';
import { REVIEW_RULES } from '../../review/review.ts';
import type { BulkOutcome, useBulkActs } from '../bulk-acts.ts';
import { CATEGORIES } from '../choices.ts';
import { useFormat } from '../format.ts';
import { assetTagsQuery } from '../queries.ts';
import { useMay } from '../session.tsx';
import { bulkWords } from '../words/bulk-words.ts';
import { materialWords } from '../words/material-words.ts';
import { shellWords } from '../words/shell-words.ts';
import { useWords } from '../words/use-words.ts';
import { useAsk } from './ask.tsx';
import { TroubleNote } from './waiting.tsx';

/** What can be done with the chosen pieces; what the person may not do, or none of them allows, is not there. */
export function MaterialBulk({
  chosen,
  acts,
}: {
  chosen: readonly Asset[];
  acts: ReturnType<typeof useBulkActs>;
}) {
  const words = useWords(bulkWords);
  const material = useWords(materialWords);
  const shell = useWords(shellWords);
  const format = useFormat();
  const ask = useAsk();
  const list = useId();
  const [tag, setTag] = useState('');
  const [mayTag, maySort, maySubmit, mayRetire] = [
    useMay('tag'),
    useMay('upload'),
    useMay('submit'),
    useMay('retire'),
  ];
  const tags = useQuery({ ...assetTagsQuery, enabled: mayTag });
  const ids = chosen.map(({ id }) => id);
  const toSubmit = chosen.filter(({ state }) => REVIEW_RULES.submit.from.includes(state)).map(({ id }) => id);
  const toRetire = chosen.filter(({ state }) => REVIEW_RULES.retire.from.includes(state)).map(({ id }) => id);
  const name = tag.trim();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw its own frame
    <div className="bulk" role="group" aria-label={words.bar}>
      <output>{words.chosen(format.number(chosen.length))}</output>
      {maySubmit && toSubmit.length > 0 && (
        <Button type="primary" loading={acts.isPending} onClick={() => acts.submit(toSubmit)}>
          {material.submitChosen(format.number(toSubmit.length))}
        </Button>
      )}
      {mayTag && (
        <>
          <input
            className="plain"
            list={list}
            maxLength={40}
            aria-label={words.tag}
            placeholder={words.tagPlaceholder}
            value={tag}
            onChange={({ target }) => setTag(target.value)}
          />
          <datalist id={list}>
            {(tags.data ?? []).map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <Button disabled={name === '' || acts.isPending} onClick={() => acts.tag(ids, name, true)}>
            {words.addTag}
          </Button>
          <Button disabled={name === '' || acts.isPending} onClick={() => acts.tag(ids, name, false)}>
            {words.removeTag}
          </Button>
        </>
      )}
      {maySort && (
        <select
          className="plain"
          aria-label={words.setCategory}
          value=""
          disabled={acts.isPending}
          onChange={({ target }) => {
            const category = CATEGORIES.find((one) => one === target.value);
            if (category) acts.categorise(ids, category);
          }}
        >
          <option value="">{words.setCategory}</option>
          {CATEGORIES.map((category) => (
            <option key={category} value={category}>
              {shell.categories[category]}
            </option>
          ))}
        </select>
      )}
      {mayRetire && toRetire.length > 0 && (
        <Button
          danger
          disabled={acts.isPending}
          onClick={() =>
            ask({
              title: words.retireSure(format.number(toRetire.length)),
              content: words.retireLead,
              okText: words.retire,
              isGrave: true,
              onOk: async () => acts.retire(toRetire),
            })
          }
        >
          {words.retire}
        </Button>
      )}
    </div>
  );
}

/** What the last act came to, with the way back. */
export function BulkResult({ outcome, onClose }: { outcome: BulkOutcome; onClose: () => void }) {
  const words = useWords(bulkWords);
  const format = useFormat();
  if (outcome.error) return <TroubleNote error={outcome.error} />;
  const { text, refusals, undo } = outcome;
  return (
    <div className="bulk-result" role="status">
      <b>{text}</b>
      {undo && (
        <Button size="small" onClick={undo}>
          {words.undo}
        </Button>
      )}
      <Button size="small" type="text" onClick={onClose}>
        {words.close}
      </Button>
      {refusals.length > 0 && (
        <ul className="bullets">
          {[...Map.groupBy(refusals, (sentence) => sentence)].slice(0, 8).map(([sentence, all]) => (
            <li key={sentence}>
              {all.length > 1 && words.refused(format.number(all.length))} {sentence}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
