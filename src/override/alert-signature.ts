import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
/** What a signature may be made with; weaker ones are refused whatever the document says. */
const SIGNATURE_ALGORITHMS = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const DIGEST_ALGORITHMS = [
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
];

/**
 * The part of an alert that its enveloped XML signature (W3C XML-DSig) covers, as canonical XML: read the alert
 * from this and from nothing else. Exactly one signature, right inside the root, with exactly one reference, to
 * the whole document; made with one of the pinned keys, whatever key the document brings along.
 * The document must have passed {@link readAlertXml} before, which bounds it and refuses document types.
 * @throws Refusal alert.badSignature
 */
export function signedAlertXml(xml: string, pems: readonly string[]): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const found = Array.from(document.getElementsByTagNameNS(DSIG, 'Signature'));
  const [signature] = found;
  if (!signature)
    throw bad({
      en: 'it carries no signature, and its sender must sign',
      zh: '没有签名，而该发送方必须签名',
    });
  if (found.length > 1) throw bad({ en: 'it carries more than one signature', zh: '含有多个签名' });
  if (signature.parentNode !== document.documentElement)
    throw bad({ en: 'its signature is not right inside the alert', zh: '签名不在 alert 元素之内' });
  for (const pem of pems) {
    const covered = coveredBy(xml, signature, pem);
    if (covered !== null) return covered;
  }
  throw bad({
    en: 'its signature does not fit what it says, or was made with another key',
    zh: '签名与内容不符，或使用了其他密钥',
  });
}

function coveredBy(xml: string, signature: Node, pem: string): string | null {
  const checker = new SignedXml({ publicCert: pem, getCertFromKeyInfo: () => null });
  for (const name of Object.keys(checker.SignatureAlgorithms))
    if (!SIGNATURE_ALGORITHMS.includes(name)) delete checker.SignatureAlgorithms[name as never];
  for (const name of Object.keys(checker.HashAlgorithms))
    if (!DIGEST_ALGORITHMS.includes(name)) delete checker.HashAlgorithms[name as never];
  try {
    checker.loadSignature(signature);
    const references = checker.getReferences();
    if (references.length !== 1 || references[0]?.uri !== '') return null;
    if (!checker.checkSignature(xml)) return null;
  } catch {
    return null;
  }
  const covered = checker.getSignedReferences();
  return covered.length === 1 ? (covered[0] ?? null) : null;
}

function bad(why: Sentence): Refusal {
  return new Refusal('alert.badSignature', {
    en: `The alert was refused: ${why.en}.`,
    zh: `预警已被拒绝：${why.zh}。`,
  });
}
