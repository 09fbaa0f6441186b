import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { alertOf } from '../../src/override/alert.ts';
import { signedAlertXml } from '../../src/override/alert-signature.ts';
import { readAlertXml } from '../../src/override/alert-xml.ts';
import { capXml } from './an-alert.ts';

const keyPair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const own = keyPair();
const other = keyPair();
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const ALERT = capXml({ identifier: 'A' });

function signed(
  xml: string,
  {
    privateKey = own.privateKey,
    algorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest = SHA256,
    xpath = "//*[local-name(.)='alert']",
    whole = true,
  } = {},
): string {
  const signer = new SignedXml({
    privateKey,
    signatureAlgorithm: algorithm as never,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  signer.addReference({
    xpath,
    isEmptyUri: whole,
    digestAlgorithm: digest as never,
    transforms: [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
  });
  signer.computeSignature(xml, { location: { reference: "//*[local-name(.)='alert']", action: 'append' } });
  return signer.getSignedXml();
}

const refused = (xml: string, keys: readonly string[] = [own.publicKey]) =>
  expect(() => signedAlertXml(xml, keys)).toThrow(expect.objectContaining({ code: 'alert.badSignature' }));

describe('signedAlertXml', () => {
  test('gives what the signature covers, for any of the pinned keys', () => {
    const covered = signedAlertXml(signed(ALERT), [other.publicKey, own.publicKey]);
    expect(alertOf(readAlertXml(covered))).toEqual(alertOf(readAlertXml(ALERT)));
    expect(covered).not.toContain('SignatureValue');
  });

  test('refuses an alert without a signature, or signed by a key that is not pinned', () => {
    refused(ALERT);
    refused(signed(ALERT, { privateKey: other.privateKey }));
    refused(signed(ALERT), []);
  });

  test('refuses a changed character anywhere in what was signed', () => {
    const xml = signed(ALERT);
    refused(xml.replace('森林火灾红色预警', '森林火灾蓝色预警'));
    refused(xml.replace('Actual', 'Exercise'));
    refused(xml.replace('40.75,111.55', '41.75,111.55'));
  });

  test('refuses a signature that covers a part alone, or another one beside it', () => {
    const part = signed(ALERT.replace('<info>', '<info Id="part">'), {
      xpath: "//*[local-name(.)='info']",
      whole: false,
    });
    refused(part);
    const once = signed(ALERT);
    const signature = /<Signature[\s\S]*<\/Signature>/.exec(once)?.[0] ?? '';
    refused(once.replace('</alert>', `${signature}</alert>`));
  });

  test('refuses a good alert wrapped into a false one', () => {
    const genuine = signed(ALERT).replace(/^<\?xml[^>]*\?>\s*/, '');
    const wrapped = capXml({ identifier: 'FALSE' }).replace('</alert>', `<info>${genuine}</info></alert>`);
    refused(wrapped);
    const signature = /<Signature[\s\S]*<\/Signature>/.exec(genuine)?.[0] ?? '';
    refused(capXml({ identifier: 'FALSE' }).replace('</alert>', `${signature}${genuine}</alert>`));
  });

  test('refuses SHA-1, whoever signed', () => {
    refused(signed(ALERT, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }));
    refused(signed(ALERT, { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' }));
  });
});
