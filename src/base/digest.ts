import { hash } from 'node:crypto';

/** Lower-case hex SHA-256 of a text (UTF-8) or of bytes. Computes only; reads nothing. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}
