import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { eBikeFilm, escapeFilm } from './studio/psa-films.ts';
import { chime, musicalBed } from './studio/sound.ts';
import { springFestivalNotice, standbySlide } from './studio/stills.ts';
import {
  checkTools,
  StudioProblem,
  saveAnnouncement,
  saveFilm,
  saveSound,
  saveStill,
} from './studio/studio-files.ts';
import { kitchenFilm, stairwellFilm } from './studio/warning-films.ts';

// Makes all sample material beside this file. With names as arguments only those whose file name contains one of them.

const noticeTitle = { zh: '春节燃放烟花爆竹安全须知', en: 'Spring Festival fireworks safety notice' };
const spokenNotice = [
  { at: 2, say: '居民请注意，春节期间，请在允许的时间和地点燃放烟花爆竹。' },
  { at: 10.3, say: '远离楼房和草垛，儿童须由大人 kan1 hu4。' },
  { at: 15.6, say: '发现火情，请拨打幺幺九。' },
];

const samples = [
  {
    file: 'psa-ebike-charging.mp4',
    title: eBikeFilm.title,
    category: 'psa',
    make: (to: string) => saveFilm(eBikeFilm, to),
  },
  {
    file: 'psa-escape-portrait.mp4',
    title: escapeFilm.title,
    category: 'psa',
    make: (to: string) => saveFilm(escapeFilm, to),
  },
  {
    file: 'warning-kitchen-fire.mp4',
    title: kitchenFilm.title,
    category: 'warning',
    make: (to: string) => saveFilm(kitchenFilm, to),
  },
  {
    file: 'warning-stairwell-fire.mp4',
    title: stairwellFilm.title,
    category: 'warning',
    make: (to: string) => saveFilm(stairwellFilm, to),
  },
  {
    file: 'notice-spring-festival.png',
    title: noticeTitle,
    category: 'notice',
    make: (to: string) => saveStill(springFestivalNotice, 1920, 1080, to),
  },
  {
    file: 'notice-spring-festival-audio.m4a',
    title: { zh: '春节防火广播（合成语音）', en: 'Spring Festival fire safety, spoken (synthetic voice)' },
    category: 'notice',
    make: (to: string) =>
      saveAnnouncement(musicalBed(19.5, { kind: 'festive' }), spokenNotice, '春节防火广播（合成语音）', to),
  },
  {
    file: 'filler-standby.png',
    title: { zh: '消防宣传待机画面', en: 'Standby slide' },
    category: 'notice',
    filler: true,
    make: (to: string) => saveStill(standbySlide, 1920, 1080, to),
  },
  {
    file: 'filler-chime.m4a',
    title: { zh: '广播间歇音', en: 'Loudspeaker chime' },
    category: 'notice',
    filler: true,
    make: (to: string) => saveSound(chime(10), '广播间歇音', to),
  },
];

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

try {
  checkTools();
  const wanted = process.argv.slice(2);
  for (const { file, make } of samples) {
    if (wanted.length > 0 && !wanted.some((part) => file.includes(part))) continue;
    const began = performance.now();
    await make(beside(file));
    const { size } = await stat(beside(file));
    console.log(
      `${file}: ${(size / 1e6).toFixed(2)} MB in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
  }
  const listed = samples.map(({ make, ...sample }) => sample);
  await writeFile(beside('samples.json'), `${JSON.stringify(listed, undefined, 2)}\n`);
} catch (problem) {
  if (!(problem instanceof StudioProblem)) throw problem;
  console.error(problem.message);
  process.exitCode = 1;
}
