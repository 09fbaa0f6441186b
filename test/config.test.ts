import { isAbsolute } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../src/base/refusal.ts';
import { readConfig } from '../src/config.ts';

describe('readConfig', () => {
  test('gives a server on this machine with an embedded database when the environment says nothing', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:8080',
      behindProxy: false,
    });
    expect(config).not.toHaveProperty('databaseUrl');
    expect(isAbsolute(config.dataDir)).toBe(true);
    expect(config.signingKeyFile.startsWith(config.dataDir)).toBe(true);
  });

  test('counts empty variables as absent', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '' })).toEqual(readConfig({}));
  });

  test('takes the slash off the end of the public address', () => {
    expect(readConfig({ PUBLIC_URL: 'https://signs.example.org/' }).publicUrl).toBe(
      'https://signs.example.org',
    );
  });

  test.each([
    ['PORT', '0'],
    ['PORT', 'eighty'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['SESSION_SECRET', 'short'],
    ['BEHIND_PROXY', 'maybe'],
    ['WARNING_APPROVALS', '3'],
    ['DRILL', 'perhaps'],
    ['CHROMIUM_SANDBOX', 'off'],
    ['MEDIA_HANDOFF', 'https://files.example.org'],
    ['S3_BUCKET', 'media-without-keys'],
    ['S3_ENDPOINT', 'ftp://files.example.org'],
    ['S3_PREFIX', 'no-slash'],
    ['MEDIA_CACHE_GB', '0'],
  ])('refuses %s=%s and names the variable', (name, value) => {
    let refusal: unknown;
    try {
      readConfig({ [name]: value });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'config.invalid', parts: [{ where: name }] });
    expect((refusal as Refusal).message).toContain(name);
    expect((refusal as Refusal).message).not.toContain(value.length > 5 ? value : '\u0000');
  });

  test('takes a bucket for the media with its keys, and 20 GiB of it on this disk', () => {
    const { bucket, mediaCacheBytes } = readConfig({
      S3_ENDPOINT: 'http://127.0.0.1:9000',
      S3_BUCKET: 'media',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'secret',
    });
    expect(bucket).toEqual({
      ...{ endpoint: 'http://127.0.0.1:9000', region: 'us-east-1', bucket: 'media', prefix: '' },
      ...{ accessKeyId: 'id', secretAccessKey: 'secret' },
    });
    expect(mediaCacheBytes).toBe(20 * 1_024 ** 3);
  });

  test.each(['eighty', '80.5', '99999'])('tells the range of ports when PORT is %s', (port) => {
    expect(() => readConfig({ PORT: port })).toThrow('PORT must be a whole number from 1 to 65535');
  });
});
