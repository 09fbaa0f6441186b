import type { Endpoint } from '../endpoints/endpoint.ts';

const COLUMNS: readonly (readonly [string, (endpoint: Endpoint) => string | number | null])[] = [
  ['id', (one) => one.code],
  ['name', (one) => one.name],
  ['kind', (one) => one.kind],
  ['area', (one) => one.area],
  ['owner', (one) => one.owner],
  ['longitude', (one) => one.longitude],
  ['latitude', (one) => one.latitude],
  ['width_px', (one) => one.widthPx],
  ['height_px', (one) => one.heightPx],
  ['time_zone', (one) => one.timeZone],
  ['opening_hours', (one) => one.openingHours],
  ['quiet_hours', (one) => one.quietHours],
  ['place_class', (one) => one.placeClass],
  ['audience_per_hour', (one) => one.audiencePerHour],
  ['dwell_seconds', (one) => one.dwellSeconds],
  ['tags', (one) => one.tags.join(',')],
  ['note', (one) => one.note],
];

/**
 * Endpoints as a fleet file, which an import takes back unchanged: UTF-8 with a byte order mark, for spreadsheets.
 */
export function fleetText(endpoints: readonly Endpoint[]): string {
  const quoted = (cell: string | number | null) => {
    const text = cell === null ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [
    COLUMNS.map(([name]) => name),
    ...endpoints.map((endpoint) => COLUMNS.map(([, of]) => quoted(of(endpoint)))),
  ];
  return `\uFEFF${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}
