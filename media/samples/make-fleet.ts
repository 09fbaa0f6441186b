import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fleetCsv } from './studio/fleet.ts';

// Writes fleet.csv beside this file. Nothing is drawn by lot: the same bytes on every run.
const csv = fleetCsv();
writeFileSync(fileURLToPath(new URL('fleet.csv', import.meta.url)), csv);
console.log(`fleet.csv: ${csv.trimEnd().split('\n').length - 1} endpoints`);
