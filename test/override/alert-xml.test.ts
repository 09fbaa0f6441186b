import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/base/refusal.ts';
import { alertOf } from '../../src/override/alert.ts';
import { alertText, LONGEST_ALERT, readAlertXml } from '../../src/override/alert-xml.ts';
import { capXml, SQUARE } from './an-alert.ts';

const read = (xml: string) => alertOf(readAlertXml(alertText(Buffer.from(xml))));

/** What the reader says to a document that it refuses; anything else than a refusal is thrown on. */
function refusalOf(xml: string | Uint8Array): Refusal {
  try {
    alertOf(readAlertXml(alertText(typeof xml === 'string' ? Buffer.from(xml) : xml)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error;
  }
  throw new Error('it was not refused');
}

describe('readAlertXml', () => {
  test('reads an alert with its texts digit for digit, in any order of its elements', () => {
    const alert = read(capXml({ identifier: '0012.50', infos: [{ headline: 'A & <B> ' }] }));
    expect(alert).toMatchObject({
      identifier: '0012.50',
      sender: 'met@example.cn',
      sentAt: Date.parse('2027-02-05T02:00:00Z'),
      status: 'Actual',
      infos: [{ headline: 'A & <B>', severity: 'Extreme', areas: [{ areaDesc: '东城' }] }],
    });
    expect(alert.infos[0]?.areas[0]?.polygons[0]?.[0]).toEqual([111.55, 40.75]);
  });

  test('passes over what is not CAP, and what stands inside it', () => {
    const strange =
      '<x:note xmlns:x="urn:x"><status xmlns="urn:oasis:names:tc:emergency:cap:1.2">Test</status></x:note>';
    const xml = capXml({ identifier: 'A' }).replace('<status>', `${strange}<status>`);
    expect(read(xml).status).toBe('Actual');
  });

  const root = (inside: string, before = '') =>
    `<?xml version="1.0"?>${before}<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">${inside}</alert>`;
  const bomb =
    '<!DOCTYPE a [<!ENTITY a0 "ha">' +
    Array.from({ length: 30 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('') +
    ']>';

  test.each([
    ['a bomb of entities', root('<event>&a30;</event>', bomb)],
    [
      'an outside entity',
      root('<event>&f;</event>', '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
    ],
    ['an outside document type', root('', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">')],
    ['an entity that nobody declared', root('<event>&nbsp;</event>')],
    ['a processing instruction', root('', '<?xml-stylesheet href="http://127.0.0.1:1/"?>')],
    ['a nest of two hundred thousand elements', `${root('').slice(0, -8)}${'<a>'.repeat(60_000)}`],
    ['a hundred thousand elements side by side', root('<a/>'.repeat(60_000))],
    ['a document that ends in its middle', capXml({ identifier: 'A' }).slice(0, -20)],
    ['two roots', `${capXml({ identifier: 'A' })}<alert/>`],
    ['another kind of document', '<html xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['CAP 1.1', capXml({ identifier: 'A' }).replace('cap:1.2', 'cap:1.1')],
    ['another encoding', capXml({ identifier: 'A' }).replace('UTF-8', 'UTF-16')],
    ['nothing', ''],
    ['a zero byte', capXml({ identifier: 'A' }).replace('Fire', 'Fi\u0000re')],
  ])('refuses %s without running out of time or room', (_, xml) => {
    expect(refusalOf(xml).code).toBe('alert.unreadable');
  });

  test('refuses bytes that are not UTF-8, and more bytes than an alert has', () => {
    expect(refusalOf(Buffer.from([0xff, 0xfe, 0x3c])).code).toBe('alert.unreadable');
    expect(refusalOf(new Uint8Array(LONGEST_ALERT + 1)).code).toBe('request.tooLarge');
  });

  test('refuses any document that it cannot read with a refusal, whatever was done to a good one', () => {
    const good = capXml({ identifier: 'A', references: 'a,b,2027-02-05T10:00:00+08:00' });
    const damage = fc.tuple(fc.nat(good.length), fc.nat(60), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(damage, ([at, cut, put]) => {
        const xml = good.slice(0, at) + put + good.slice(at + cut);
        try {
          read(xml);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('alertOf', () => {
  test.each([
    ['an Update without references', { msgType: 'Update' }, 'references'],
    ['a status that CAP does not know', { status: 'Real' }, 'status'],
    ['a comma in an identifier', { identifier: 'A,B' }, 'identifier'],
    ['a time without an offset', { sent: '2027-02-05T10:00:00' }, 'sent'],
    ['a reference that is no triple', { references: 'a,b' }, 'references'],
    [
      'an open polygon',
      { infos: [{ areas: [SQUARE.replace('40.75,111.55</', '40.75,111.56</')] }] },
      'polygon',
    ],
    ['a position off the globe', { infos: [{ areas: [SQUARE.replaceAll('40.75,', '95.0,')] }] }, 'polygon'],
    ['a circle without a radius', { infos: [{ areas: ['<circle>40.8,111.6</circle>'] }] }, 'circle'],
    ['an unknown severity', { infos: [{ severity: 'Red' }] }, 'severity'],
  ])('refuses %s and says where the fault is', (_, words, where) => {
    const { code, message } = refusalOf(capXml({ identifier: 'A', ...words }));
    expect(code).toBe('alert.unreadable');
    expect(message).toContain(where);
  });
});
