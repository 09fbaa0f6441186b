/* What an address may say after its question mark; anything else is dropped. */

/** A text, or nothing where it is empty or no text. */
export function textIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text.slice(0, 200) : undefined;
}

/** A positive whole number. */
export function idIn(value: unknown): number | undefined {
  const id = Number(value);
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/** A place in a day of hours, 0 to 24. */
export function placeIn(value: unknown): number | undefined {
  const place = Number(value);
  return value !== undefined && value !== '' && Number.isInteger(place) && place >= 0 && place < 25
    ? place
    : undefined;
}

/** One of a few words or numbers. */
export function wordIn<const W extends string | number>(value: unknown, words: readonly W[]): W | undefined {
  return words.find((word) => word === value);
}

/** A calendar date YYYY-MM-DD. */
export function dateIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined;
}
