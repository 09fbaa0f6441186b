import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useSettled } from '../settled.ts';

/**
 * Words by which a list is narrowed and which the address holds. They are the field's own while they are typed: the
 * router takes an address up later than the letter, which would put the caret at the end and break off input methods.
 */
export function NarrowingText({
  label,
  value = '',
  onNarrow,
}: {
  label: string;
  /** As the address has it. */
  value?: string | undefined;
  /** Is told once the words rest; undefined: all were taken out. */
  onNarrow: (words: string | undefined) => void;
}) {
  const [text, setText] = useState(value);
  const settled = useSettled(text);
  /** What the address holds and, behind it, what it was told to hold. */
  const told = useRef([value]);
  const rest = useEffectEvent((words: string) => {
    if (words === told.current.at(-1)) return;
    told.current.push(words);
    onNarrow(words || undefined);
  });
  useEffect(() => rest(settled), [settled]);
  useEffect(() => {
    const own = told.current.indexOf(value);
    told.current = own < 0 ? [value] : told.current.slice(own);
    // Somebody went back, or cleared the filter: the field follows.
    if (own < 0) setText(value);
  }, [value]);
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
