import { type InputHTMLAttributes, useState } from 'react';

/**
 * A whole number within bounds. What is typed stays as it was typed, and is told as soon as it lies within them; what does
 * not is brought within them when the field is left.
 */
export function WholeNumber({
  value,
  least,
  most,
  onChange,
  ...rest
}: {
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
} & Pick<InputHTMLAttributes<HTMLInputElement>, 'aria-label' | 'title' | 'className'>) {
  /** Null: nobody types. */
  const [typed, setTyped] = useState<string | null>(null);
  function type(text: string): void {
    setTyped(text);
    if (numberIn(text, least, most) === Number(text)) onChange(Number(text));
  }
  function leave(): void {
    const number = typed === null ? null : numberIn(typed, least, most);
    if (number !== null && number !== value) onChange(number);
    setTyped(null);
  }
  return (
    <input
      {...rest}
      type="number"
      min={least}
      max={most}
      value={typed ?? value}
      onChange={({ target }) => type(target.value)}
      onBlur={leave}
    />
  );
}

/** The nearest whole number within the bounds to what was typed; null where that is no number. */
function numberIn(text: string, least: number, most: number): number | null {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number)
    ? null
    : Math.max(least, Math.min(most, Math.round(number)));
}
