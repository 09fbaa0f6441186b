/** The question that a page is about, as the why page takes it. */
export interface WhyQuestion {
  readonly endpoint?: number;
  /** ISO 8601; local to the endpoint without an offset. */
  readonly at?: string;
  readonly asset?: number;
  readonly booking?: number;
  readonly playlist?: number;
}

/** What "why" is about on the page of an address; `{}` where the page is about nothing in particular. */
export function whyFrom(path: string, search: Readonly<Record<string, unknown>>): WhyQuestion {
  const idAt = (room: string) => {
    const id = new RegExp(`(?:^|/)${room}/(\\d+)`).exec(path)?.[1];
    return id === undefined ? undefined : Number(id);
  };
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const endpoint = idAt('endpoints') ?? number(search.endpoint);
  const asset = idAt('material') ?? number(search.asset);
  const playlist = idAt('playlists') ?? number(search.playlist);
  const booking = number(search.booking);
  const hour = number(search.hour);
  const ofCalendar =
    path.endsWith('/bookings/calendar') && text(search.date) !== undefined && hour !== undefined
      ? `${text(search.date)}T${String(Math.min(23, hour)).padStart(2, '0')}:00`
      : undefined;
  const at = text(search.at) ?? ofCalendar;
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(at !== undefined && { at }),
    ...(asset !== undefined && { asset }),
    ...(playlist !== undefined && { playlist }),
    ...(booking !== undefined && { booking }),
  };
}
