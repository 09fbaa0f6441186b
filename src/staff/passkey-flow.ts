import { createHmac } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../base/units.ts';
import type { Guesses } from './guesses.ts';
import type { CameFrom } from './library-store.ts';
import { CHALLENGE_MS, noPasskeysHere, passkeyCopied, passkeyRefused, type RelyingParty } from './passkey.ts';
import type { Assertion, Attestation } from './passkey-schemas.ts';
import type { KeptPasskey, KnownPasskey, PasskeyStore } from './passkey-store.ts';
import type { Asking } from './second-factor-store.ts';
import type { SignedIn, SignInStore } from './sign-in-store.ts';

/** What the flow is made of. */
export interface PasskeyFlowParts {
  /** Null: the public address allows no passkeys. */
  readonly party: RelyingParty | null;
  readonly store: PasskeyStore;
  readonly accounts: Pick<SignInStore, 'enterByPasskey' | 'fitsPassword' | 'named'>;
  readonly guesses: Guesses;
  /** Signs challenges. */
  readonly secret: string;
  readonly now: Clock;
}

/** Signing in with a passkey, and what a person does with the own ones. All but {@link of} and {@link remove} may refuse with `passkey.notHere`. */
export interface PasskeyFlow {
  /** What to ask a browser for; nothing is written down. */
  askEntry(): Promise<PublicKeyCredentialRequestOptionsJSON>;
  /** @throws Refusal `passkey.refused`; TooManyAttempts, counted as wrong passwords are */
  enter(answer: Assertion, from: CameFrom): Promise<SignedIn>;
  of: PasskeyStore['of'];
  /** What to ask a browser for. @throws Refusal `session.badCredentials` for a wrong password; TooManyAttempts */
  askNew(who: Asking, password: string): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** @throws Refusal `passkey.refused`, `passkey.conflict` */
  add(who: Asking, name: string, answer: Attestation, provenSessionId: string | null): Promise<KeptPasskey>;
  /** @throws Refusal `session.badCredentials` for a wrong password, `passkey.unknown`; TooManyAttempts */
  remove(who: Asking, id: number, password: string): Promise<void>;
}

/** What a challenge was given for; one is not good for the other. */
type Purpose = 'enter' | 'add';

const clientDataSchema = z.object({ challenge: z.string() });

/**
 * See {@link PasskeyFlow}. A challenge is a signed token, so that strangers who ask for one fill no table; that it
 * is good once is kept in the database, for all servers together. The library is read when a passkey is first used:
 * it takes 29 MB.
 */
export function passkeyFlow({ party, store, accounts, guesses, secret, now }: PasskeyFlowParts): PasskeyFlow {
  const key = createHmac('sha256', secret).update('passkey challenge').digest();
  const library = () => import('@simplewebauthn/server');
  const here = (): RelyingParty => {
    if (party) return party;
    throw noPasskeysHere();
  };

  async function makeChallenge(purpose: Purpose, staffId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(purpose)
      .setSubject(staffId)
      .setJti(crypto.randomUUID())
      .setExpirationTime(new Date(now() + CHALLENGE_MS))
      .sign(key);
  }

  /** The challenge that is answered, where we gave it for this and it was answered by nobody yet. */
  async function takeChallenge(clientData: string, purpose: Purpose, staffId: string): Promise<string> {
    const text = Buffer.from(clientData, 'base64url').toString();
    const challenge = clientDataSchema.safeParse(jsonOf(text)).data?.challenge ?? '';
    const token = Buffer.from(challenge, 'base64url').toString();
    const given = await jwtVerify(token, key, {
      ...{ algorithms: ['HS256'], requiredClaims: ['exp', 'jti'] },
      ...{ audience: purpose, subject: staffId, currentDate: new Date(now()) },
    }).catch(() => null);
    if (!given || !(await guesses.isFirst(`challenge ${given.payload.jti}`, CHALLENGE_MS)))
      throw passkeyRefused();
    return challenge;
  }

  /** The counter of an answer whose signature, origin, name and check of its owner fit; else null. */
  async function counterOf(
    known: KnownPasskey,
    challenge: string,
    answer: Assertion,
  ): Promise<number | null> {
    const { id: expectedRPID, origin: expectedOrigin } = here();
    const { verifyAuthenticationResponse } = await library();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, clientExtensionResults: {} },
      ...{ expectedChallenge: challenge, expectedOrigin, expectedRPID, requireUserVerification: true },
      // Ours compares counters, in the statement that keeps them.
      credential: { id: answer.id, publicKey: known.publicKey, counter: 0 },
    }).catch(() => ({ verified: false, authenticationInfo: null }));
    return verified && authenticationInfo ? authenticationInfo.newCounter : null;
  }

  async function enterOnce(known: KnownPasskey | null, answer: Assertion, from: CameFrom): Promise<SignedIn> {
    const challenge = await takeChallenge(answer.response.clientDataJSON, 'enter', '');
    const owner = Buffer.from(answer.response.userHandle, 'base64url').toString();
    const counter = known?.staffId === owner ? await counterOf(known, challenge, answer) : null;
    if (!known || counter === null) throw passkeyRefused();
    if (!(await store.use(known, counter, from.address))) throw passkeyCopied();
    const signedIn = await accounts.enterByPasskey(known, from);
    if (!signedIn) throw passkeyRefused();
    return signedIn;
  }

  const proven = ({ id, headers, from }: Asking, password: string) =>
    guesses.ofPerson(id, async () => (await accounts.fitsPassword(headers, from, password)) || null);

  return {
    async askEntry() {
      const { id: rpID } = here();
      const { generateAuthenticationOptions } = await library();
      const challenge = await makeChallenge('enter', '');
      return generateAuthenticationOptions({
        ...{ rpID, challenge, userVerification: 'required', timeout: CHALLENGE_MS },
      });
    },
    async enter(answer, from) {
      here();
      const known = await store.find(answer.id);
      const account = known?.username ?? `passkey ${answer.id}`;
      const signedIn = await guesses.signIn(account, from.address, () => enterOnce(known, answer, from));
      await guesses.forgive(account, from.address);
      return signedIn;
    },
    of: store.of,
    async askNew(who, password) {
      const { id: rpID } = here();
      await proven(who, password);
      const { generateRegistrationOptions } = await library();
      const { username, name } = await accounts.named(who.id);
      return generateRegistrationOptions({
        ...{ rpName: 'Beacon Tower', rpID, userName: username, userDisplayName: name },
        ...{ userID: new TextEncoder().encode(who.id), challenge: await makeChallenge('add', who.id) },
        ...{ attestationType: 'none', timeout: CHALLENGE_MS },
        excludeCredentials: (await store.of(who.id)).map(({ credentialId: id }) => ({ id })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
    },
    async add(who, name, answer, provenSessionId) {
      const { id: expectedRPID, origin: expectedOrigin } = here();
      const challenge = await takeChallenge(answer.response.clientDataJSON, 'add', who.id);
      const { verifyRegistrationResponse } = await library();
      if (await hasCertificates(answer.response.attestationObject)) throw passkeyRefused();
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: { ...answer, clientExtensionResults: {} },
        ...{ expectedChallenge: challenge, expectedOrigin, expectedRPID, requireUserVerification: true },
      }).catch(() => ({ verified: false, registrationInfo: undefined }));
      if (!verified || !registrationInfo) throw passkeyRefused();
      const { id: credentialId, publicKey, counter } = registrationInfo.credential;
      return store.add(who.id, { name, credentialId, publicKey, counter }, provenSessionId);
    },
    async remove(who, id, password) {
      await proven(who, password);
      await store.remove(who.id, id);
    },
  };
}

/** Whether an attestation brings certificates, which we ask nobody for: the library would fetch what they name. */
async function hasCertificates(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers');
  try {
    const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
    const isPlain = decoded.get('fmt') === 'none' || decoded.get('fmt') === 'packed';
    return !isPlain || decoded.get('attStmt').get('x5c') !== undefined;
  } catch {
    return true;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
