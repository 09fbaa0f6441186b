import { renderSVG } from 'uqr';

/** Names of this very machine: no phone gets anywhere by them. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * A QR code, as an SVG document, of the address that opens the console's page of pairing with a code filled in.
 * Where the server's own address is no better than `localhost`, the one by which the box reached it is taken.
 */
export function pairingQr(code: string, publicUrl: string, reachedBy: string | undefined): string {
  const isOwn = OWN_NAMES.includes(new URL(publicUrl).hostname);
  const base = isOwn && reachedBy !== undefined ? `http://${reachedBy}` : publicUrl.replace(/\/+$/, '');
  return renderSVG(`${base}/console/pair?code=${code}`, { ecc: 'M', border: 3 });
}
