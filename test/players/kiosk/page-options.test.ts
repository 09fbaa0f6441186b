import { describe, expect, it } from 'vitest';
import { chromiumFlags, isSecureAddress, type KioskLaunch } from '../../../players/kiosk/chromium-flags.ts';
import { volumeFor } from '../../../players/kiosk/loudness.ts';
import { readEnrolment, readPageOptions } from '../../../players/kiosk/page-options.ts';

describe('readPageOptions', () => {
  it('reads what the launcher writes into the address', () => {
    const launch: KioskLaunch = {
      server: new URL('http://10.1.2.3:8080'),
      profile: '/var/lib/kiosk',
      page: { fit: 'cover', rotate: '270', kind: 'tv', player: 'left', volume: '40' },
      trustHttp: true,
      windowed: false,
    };
    const flags = chromiumFlags(launch);
    expect(flags).toContain('--unsafely-treat-insecure-origin-as-secure=http://10.1.2.3:8080');
    const address = new URL(flags.at(-1) ?? '');
    expect(address.pathname).toBe('/player/');
    expect(readPageOptions(address.search)).toEqual({
      fit: 'cover',
      rotate: 270,
      kind: 'tv',
      player: 'left',
      volume: 0.4,
    });
  });

  it.each(['', '?fit=wide&rotate=45&kind=radio&player=../x&volume=loud', '?volume=900&rotate=-90'])(
    'falls back to the plain player for %j',
    (query) => {
      expect(readPageOptions(query)).toEqual({
        fit: 'contain',
        rotate: 0,
        kind: 'screen',
        player: 'main',
        volume: 1,
      });
    },
  );
});

describe('isSecureAddress', () => {
  it.each([
    ['https://beacon.example.cn', true],
    ['http://localhost:8080', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:80', true],
    ['http://10.0.0.2', false],
    ['http://localhost.example.cn', false],
    ['http://127.0.0.1.example.cn', false],
  ])('judges %s as a browser does', (address, secure) => {
    expect(isSecureAddress(new URL(address))).toBe(secure);
  });
});

describe('volumeFor', () => {
  it('brings loud material down to −23 LUFS and leaves quiet material alone', () => {
    expect(volumeFor(-17, 1)).toBeCloseTo(10 ** (-6 / 20), 6);
    expect(volumeFor(-30, 0.5)).toBe(0.5);
    expect(volumeFor(undefined, 0.5)).toBe(0.5);
  });
});

describe('readEnrolment', () => {
  it('takes a token out of the fragment and nothing else', () => {
    const token = 'Drr5A-mGc6s4XkFo9csbfU2wCH4KLTdOMEi8l8GB9BQ';
    expect(readEnrolment(`#enrol=${token}`)).toBe(token);
    for (const hash of ['', '#', '#enrol=', '#enrol=short', `#token=${token}`, `#enrol=${token}&x=1`]) {
      expect(readEnrolment(hash)).toBeNull();
    }
  });
});
