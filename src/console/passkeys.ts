import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** Why no passkey can be used on this page. */
type Hindrance = 'server' | 'address' | 'browser';

/**
 * What stands against passkeys on a page; null: nothing. `served`: where the server says that they are good, null:
 * nowhere. `here`: the origin of the page.
 */
export function hindranceTo(
  served: { readonly origin: string } | null,
  here: string,
  knowsPasskeys: boolean,
): Hindrance | null {
  if (served === null) return 'server';
  if (served.origin !== here) return 'address';
  return knowsPasskeys ? null : 'browser';
}

/** Whether this browser knows passkeys; it hides them on pages without HTTPS. */
export function browserKnowsPasskeys(): boolean {
  return 'PublicKeyCredential' in window;
}

const TYPE = 'public-key' as const;
// What the server asks comes as JSON, so nothing in it is undefined. The library is fetched by those who use passkeys alone.
const library = () => import('@simplewebauthn/browser');

/** Has the browser ask for a passkey. @throws Error where the person gave it up, or has none */
export async function answerPasskey(asked: { readonly challenge: string }) {
  const optionsJSON = asked as PublicKeyCredentialRequestOptionsJSON;
  const { startAuthentication } = await library();
  const { id, rawId, response } = await startAuthentication({ optionsJSON });
  const { clientDataJSON, authenticatorData, signature, userHandle = '' } = response;
  return { id, rawId, type: TYPE, response: { clientDataJSON, authenticatorData, signature, userHandle } };
}

/** Has the browser make a passkey. @throws Error where the person gave it up, or the device holds one already */
export async function makePasskey(asked: { readonly challenge: string; readonly user: object }) {
  const optionsJSON = asked as PublicKeyCredentialCreationOptionsJSON;
  const { startRegistration } = await library();
  const { id, rawId, response } = await startRegistration({ optionsJSON });
  const { clientDataJSON, attestationObject } = response;
  return { id, rawId, type: TYPE, response: { clientDataJSON, attestationObject } };
}

/** Whether an error of the browser means that this device holds a passkey of the account already. */
export function isHeldAlready(error: Error): boolean {
  return error.name === 'InvalidStateError';
}
