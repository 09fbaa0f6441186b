import { createPrivateKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyOnNode } from '../../players/node/verify-on-node.ts';
import { MANIFEST_TYP } from '../../src/contract/manifest.ts';
import { OVERRIDE_TYP } from '../../src/contract/override.ts';
import { makeSigningKey, publicPartOf, signStatement, verifyStatement } from '../../src/contract/signing.ts';

const ours = await makeSigningKey();
const pinned = [publicPartOf(ours)];

describe.each([
  ['verifyStatement', verifyStatement],
  ['verifyOnNode', verifyOnNode],
] as const)('%s', (_name, verifyStatement) => {
  test('gives back the text that the pinned key signed', async () => {
    const jws = await signStatement('{"节目":"单"}', MANIFEST_TYP, ours);
    expect(await verifyStatement(jws, MANIFEST_TYP, pinned)).toEqual({
      ok: true,
      text: '{"节目":"单"}',
      kid: ours.kid,
    });
  });

  test("refuses another server's key", async () => {
    const jws = await signStatement('{}', MANIFEST_TYP, await makeSigningKey());
    expect(await verifyStatement(jws, MANIFEST_TYP, pinned)).toEqual({
      ok: false,
      fault: 'signature.unknownKey',
    });
  });

  test('refuses a foreign signature under our key id', async () => {
    const foreign = { ...(await makeSigningKey()), kid: ours.kid };
    const jws = await signStatement('{}', MANIFEST_TYP, foreign);
    expect(await verifyStatement(jws, MANIFEST_TYP, pinned)).toEqual({
      ok: false,
      fault: 'signature.invalid',
    });
  });

  test('refuses a manifest that is passed off as an override', async () => {
    const jws = await signStatement('{}', MANIFEST_TYP, ours);
    expect(await verifyStatement(jws, OVERRIDE_TYP, pinned)).toEqual({
      ok: false,
      fault: 'signature.wrongType',
    });
  });

  test('refuses an unsigned statement that says alg none', async () => {
    const head = Buffer.from(JSON.stringify({ alg: 'none', typ: MANIFEST_TYP, kid: ours.kid })).toString(
      'base64url',
    );
    expect(await verifyStatement(`${head}.e30.`, MANIFEST_TYP, pinned)).toMatchObject({ ok: false });
  });

  test('refuses a statement with an extension that must be understood', async () => {
    const header = { alg: 'EdDSA', typ: MANIFEST_TYP, kid: ours.kid, crit: ['b64'], b64: false };
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    const secret = createPrivateKey({ key: { ...ours }, format: 'jwk' });
    const signature = sign(null, Buffer.from(`${head}.e30`), secret).toString('base64url');
    expect(await verifyStatement(`${head}.e30.${signature}`, MANIFEST_TYP, pinned)).toEqual({
      ok: false,
      fault: 'signature.wrongType',
    });
  });

  test('refuses a signed payload that is no UTF-8', async () => {
    const head = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: MANIFEST_TYP, kid: ours.kid })).toString(
      'base64url',
    );
    const signed = `${head}.${Buffer.from([0x22, 0xff, 0x22]).toString('base64url')}`;
    const secret = createPrivateKey({ key: { ...ours }, format: 'jwk' });
    const signature = sign(null, Buffer.from(signed), secret).toString('base64url');
    expect(await verifyStatement(`${signed}.${signature}`, MANIFEST_TYP, pinned)).toEqual({
      ok: false,
      fault: 'signature.invalid',
    });
  });

  test('refuses every text with one changed character and never throws', async () => {
    const jws = await signStatement('{"serial":7}', MANIFEST_TYP, ours);
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length - 1), fc.constantFrom(...'AbZ9-_.{'), async (at, character) => {
        fc.pre(jws[at] !== character);
        const changed = jws.slice(0, at) + character + jws.slice(at + 1);
        const verdict = await verifyStatement(changed, MANIFEST_TYP, pinned);
        // The last character of a part may carry unused bits: then the bytes are the same.
        if (verdict.ok) expect(verdict.text).toBe('{"serial":7}');
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string(), async (junk) => {
        expect((await verifyStatement(junk, MANIFEST_TYP, pinned)).ok).toBe(false);
      }),
    );
  });
});
