import type { ImportReport } from '../endpoints/endpoint.ts';
import { postBytes } from './api.ts';

/** Hands a fleet file in as it is; the server finds out how it is written. @throws Trouble */
export function importFleetFile(file: File): Promise<ImportReport> {
  return postBytes('/api/endpoints/import', file, 'text/csv') as Promise<ImportReport>;
}
