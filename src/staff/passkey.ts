import { Refusal } from '../base/refusal.ts';
import { MINUTE_MS, type Ms } from '../base/units.ts';

/** How long a person may take over the question of the browser. */
export const CHALLENGE_MS: Ms = 5 * MINUTE_MS;
/** How many passkeys an account may have. */
export const MOST_PASSKEYS = 20;

/** Where passkeys are good: the name that they are bound to, and the one address whose pages may ask for them. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** The relying party of a public address; null where browsers offer no passkeys: plain HTTP, or an address without a name. */
export function relyingPartyOf(publicUrl: string): RelyingParty | null {
  const { protocol, hostname, origin } = new URL(publicUrl);
  const isThisMachine = hostname === 'localhost' || hostname.endsWith('.localhost');
  const isBareAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return !isBareAddress && (protocol === 'https:' || isThisMachine) ? { id: hostname, origin } : null;
}

/** The one refusal of a passkey, whatever did not fit: a stranger learns nothing from it. */
export function passkeyRefused(): Refusal {
  return new Refusal('passkey.refused', {
    en: 'This passkey was not accepted. Try again, or sign in with the password.',
    zh: '通行密钥未通过验证，请重试，或使用密码登录。',
  });
}

/** The refusal of a passkey whose counter did not go up. */
export function passkeyCopied(): Refusal {
  return new Refusal('passkey.refused', {
    en: 'This passkey may have been copied: its counter did not go up. Remove it, and tell an administrator.',
    zh: '此通行密钥的计数未增加，可能已被复制。请删除该密钥并告知管理员。',
  });
}

/** The refusal where the public address of the server allows no passkeys. */
export function noPasskeysHere(): Refusal {
  return new Refusal('passkey.notHere', {
    en: 'Passkeys need a public address with HTTPS and a host name (PUBLIC_URL).',
    zh: '通行密钥要求服务器的公开地址使用 HTTPS 和域名（PUBLIC_URL）。',
  });
}
