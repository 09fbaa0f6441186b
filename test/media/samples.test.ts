import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fleetCsv } from '../../media/samples/studio/fleet.ts';

const folder = fileURLToPath(new URL('../../media/samples/', import.meta.url));

const listed = z
  .array(
    z.strictObject({
      file: z.string().regex(/^[a-z0-9-]+\.(mp4|m4a|png)$/),
      title: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
      category: z.enum(['psa', 'warning', 'notice']),
      filler: z.literal(true).optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(`${folder}samples.json`, 'utf8')));

const withEnding = (ending: string): string[] =>
  listed.map(({ file }) => file).filter((file) => file.endsWith(ending));

describe('media/samples/samples.json', () => {
  it('lists exactly the media files that lie in the folder', () => {
    const lying = readdirSync(folder).filter((name) => /\.(mp4|m4a|png)$/.test(name));
    expect(listed.map(({ file }) => file).toSorted()).toEqual(lying.toSorted());
  });

  it('names media that together take less than 12 MB', () => {
    const bytes = listed.map(({ file }) => statSync(folder + file).size);
    expect(Math.min(...bytes)).toBeGreaterThan(10_000);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(12_000_000);
  });

  it('offers two PSA films, two warning clips, notices to see and to hear, and a filler for each sense', () => {
    const count = (category: string, ending: string, filler?: true): number =>
      listed.filter((s) => s.category === category && s.file.endsWith(ending) && s.filler === filler).length;
    expect(count('psa', '.mp4')).toBe(2);
    expect(count('warning', '.mp4')).toBe(2);
    expect(count('notice', '.png')).toBe(1);
    expect(count('notice', '.m4a')).toBe(1);
    expect(count('notice', '.png', true)).toBe(1);
    expect(count('notice', '.m4a', true)).toBe(1);
  });
});

describe('sample MP4 and M4A files', () => {
  it.each([...withEnding('.mp4'), ...withEnding('.m4a')])(
    'have the index before the media data: %s',
    (file) => {
      const bytes = readFileSync(folder + file);
      const index = bytes.indexOf('moov');
      expect(index).toBeGreaterThan(0);
      expect(index).toBeLessThan(bytes.indexOf('mdat'));
    },
  );
});

const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0;
const probed = z.object({
  format: z.object({ duration: z.coerce.number() }),
  streams: z.array(
    z.object({
      codec_name: z.string(),
      profile: z.string().optional(),
      pix_fmt: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      avg_frame_rate: z.string().optional(),
    }),
  ),
});
const probe = (file: string): z.infer<typeof probed> => {
  const run = spawnSync(
    'ffprobe',
    ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', folder + file],
    { encoding: 'utf8' },
  );
  return probed.parse(JSON.parse(run.stdout));
};

describe.skipIf(!hasFfprobe)(
  `sample films and sound as ffprobe sees them${hasFfprobe ? '' : ' (left out: ffprobe is not installed)'}`,
  () => {
    it.each(withEnding('.mp4'))('are H.264 High in yuv420p at 25 frames with AAC, 10 to 20 s: %s', (file) => {
      const { format, streams } = probe(file);
      expect(streams).toHaveLength(2);
      expect(streams[0]).toMatchObject({
        codec_name: 'h264',
        profile: 'High',
        pix_fmt: 'yuv420p',
        avg_frame_rate: '25/1',
      });
      expect(streams[1]?.codec_name).toBe('aac');
      expect(format.duration).toBeGreaterThanOrEqual(10);
      expect(format.duration).toBeLessThanOrEqual(20);
    });

    it('hold exactly one portrait film', () => {
      const portrait = withEnding('.mp4').filter((file) => {
        const picture = probe(file).streams[0];
        return (picture?.height ?? 0) > (picture?.width ?? 0);
      });
      expect(portrait).toEqual(['psa-escape-portrait.mp4']);
    });

    it.each(withEnding('.m4a'))('are AAC alone, 10 to 20 s, when sound only: %s', (file) => {
      const { format, streams } = probe(file);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['aac']);
      expect(format.duration).toBeGreaterThanOrEqual(10);
      expect(format.duration).toBeLessThanOrEqual(20);
    });
  },
);

describe('media/samples/fleet.csv', () => {
  const text = readFileSync(`${folder}fleet.csv`, 'utf8');
  const rows = z.array(z.record(z.string(), z.string())).parse(parse(text, { columns: true }));
  const column = (name: string): string[] => rows.map((row) => row[name] ?? '');

  it('is byte for byte what fleetCsv makes', () => {
    expect(text).toBe(fleetCsv());
  });

  it('has 138 endpoints of the three kinds over 15 areas, each with its own id, name and position', () => {
    expect(rows).toHaveLength(138);
    expect(new Set(column('area')).size).toBe(15);
    expect(new Set(column('id')).size).toBe(138);
    expect(new Set(column('name')).size).toBe(138);
    expect(new Set(rows.map((row) => `${row.longitude} ${row.latitude}`)).size).toBe(138);
    const ofKind = (kind: string): number => column('kind').filter((each) => each === kind).length;
    expect([ofKind('screen'), ofKind('tv'), ofKind('loudspeaker')]).toEqual([30, 70, 38]);
  });

  it('stays within the district, and says in each row that it is sample data', () => {
    for (const row of rows) {
      expect(Number(row.longitude)).toBeGreaterThan(109.8);
      expect(Number(row.longitude)).toBeLessThan(110.2);
      expect(Number(row.latitude)).toBeGreaterThan(39.7);
      expect(Number(row.latitude)).toBeLessThan(39.95);
      expect(row.note).toBe('示例数据 sample data');
    }
  });

  it('gives a size and orientation to what shows pictures and quiet hours to what only sounds', () => {
    for (const { kind, width_px, height_px, orientation, quiet_hours } of rows) {
      if (kind === 'loudspeaker') {
        expect([width_px, height_px, orientation]).toEqual(['', '', '']);
        expect(quiet_hours).toMatch(/^\d\d:\d\d-\d\d:\d\d(;\d\d:\d\d-\d\d:\d\d)*$/);
      } else {
        expect(orientation).toBe(Number(width_px) >= Number(height_px) ? 'landscape' : 'portrait');
        expect(quiet_hours).toBe('');
      }
    }
  });
});
