/** Samples per second of all sound made here. */
export const sampleRate = 48_000;

/** Two channels of equal length, −1 to 1. */
export interface Stereo {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** A mood of the musical bed: gentle, tense until a turning point (then gentle), or festive. */
export type Mood =
  | { readonly kind: 'calm' }
  | { readonly kind: 'tense'; readonly turnsAt: number }
  | { readonly kind: 'festive' };

/** Silence of the given length. */
export const silence = (seconds: number): Stereo => ({
  left: new Float32Array(Math.round(seconds * sampleRate)),
  right: new Float32Array(Math.round(seconds * sampleRate)),
});

/** Frequency of a note, counted in semitones from A4 = 440 Hz, equal temperament. */
export const pitch = (semitones: number): number => 440 * 2 ** (semitones / 12);

const add = (to: Stereo, from: number, length: number, pan: number, wave: (t: number) => number): void => {
  const first = Math.round(from * sampleRate);
  const count = Math.round(length * sampleRate);
  for (let index = 0; index < count && first + index < to.left.length; index += 1) {
    const value = wave(index / sampleRate);
    const at = first + index;
    to.left[at] = (to.left[at] ?? 0) + value * (1 - pan);
    to.right[at] = (to.right[at] ?? 0) + value * pan;
  }
};

const tau = 2 * Math.PI;

/** A struck bell: four partials, the high ones dying first. */
export const bell = (to: Stereo, from: number, hertz: number, loud: number, pan = 0.5, length = 3): void => {
  const partials = [
    [1, 1, 1.6],
    [2, 0.5, 2.4],
    [2.76, 0.28, 4],
    [5.4, 0.12, 8],
  ] as const;
  add(to, from, length, pan, (t) => {
    let sum = 0;
    for (const [ratio, share, decay] of partials)
      sum += share * Math.exp(-t * decay) * Math.sin(tau * hertz * ratio * t);
    return sum * loud * Math.min(1, t * 400);
  });
};

/** A soft chord of slightly detuned tones that swells and fades. */
export const pad = (
  to: Stereo,
  from: number,
  length: number,
  semitones: readonly number[],
  loud: number,
): void => {
  for (const [voice, note] of semitones.entries()) {
    const hertz = pitch(note);
    for (const detune of [-0.5, 0.5]) {
      add(to, from, length, 0.5 + detune * (0.35 + voice * 0.05), (t) => {
        const swell = Math.min(1, t / 0.9, (length - t) / 0.9);
        const tone =
          Math.sin(tau * (hertz + detune) * t) +
          0.35 * Math.sin(tau * 2 * (hertz + detune) * t + voice) +
          0.12 * Math.sin(tau * 3 * hertz * t);
        return tone * swell * loud;
      });
    }
  }
};

const thump = (to: Stereo, from: number, loud: number): void =>
  add(
    to,
    from,
    0.4,
    0.5,
    (t) => Math.sin(tau * (46 * t + 5 * (1 - Math.exp(-t * 22)))) * Math.exp(-t * 9) * loud,
  );

const echo = (sound: Stereo, delay: number, back: number): void => {
  const shift = Math.round(delay * sampleRate);
  for (let at = shift; at < sound.left.length; at += 1) {
    const [l, r] = [sound.left[at - shift] ?? 0, sound.right[at - shift] ?? 0];
    sound.left[at] = (sound.left[at] ?? 0) + r * back;
    sound.right[at] = (sound.right[at] ?? 0) + l * back;
  }
};

// D major, B minor, G major, A major: semitones from A4.
const chords = [
  [-19, -12, -7, -3],
  [-22, -15, -10, -7],
  [-26, -14, -10, -2],
  [-24, -12, -8, -5],
] as const;
const melody = [-7, 0, 2, 5, 2, 0, -3, 0, -5, 2, 5, 7, 5, 2, 0, -3];

const gentle = (to: Stereo, from: number, until: number, step: number, loud: number): void => {
  for (let at = from, bar = 0; at < until; at += 3, bar += 1)
    pad(to, at, 3.8, chords[bar % chords.length] ?? [], 0.035);
  for (let at = from + 0.3, note = 0; at < until - 1; at += step, note += 1) {
    bell(
      to,
      at,
      pitch(melody[note % melody.length] ?? 0),
      loud * (note % 2 === 0 ? 1 : 0.65),
      note % 2 === 0 ? 0.35 : 0.65,
      2,
    );
  }
};

/** The musical bed of a film or announcement. */
export const musicalBed = (seconds: number, mood: Mood): Stereo => {
  const sound = silence(seconds);
  if (mood.kind === 'calm') gentle(sound, 0, seconds, 0.75, 0.06);
  if (mood.kind === 'festive') {
    for (const at of [0, 0.25, 0.5]) bell(sound, at, pitch([-7, -3, 2][Math.round(at * 4)] ?? 0), 0.16);
    gentle(sound, 0.9, seconds, 0.375, 0.055);
  }
  if (mood.kind === 'tense') {
    pad(sound, 0, mood.turnsAt + 0.6, [-31, -24, -23.4, -16], 0.05);
    for (let at = 0.2; at < mood.turnsAt - 0.4; at += 1.1) {
      thump(sound, at, 0.42);
      thump(sound, at + 0.28, 0.26);
    }
    for (let at = 0.55; at < mood.turnsAt - 0.2; at += 0.55) bell(sound, at, pitch(19), 0.02, 0.7, 0.3);
    gentle(sound, mood.turnsAt, seconds, 0.75, 0.06);
  }
  echo(sound, 0.31, 0.28);
  return sound;
};

/** A falling and rising four-bell call, repeated, over a soft chord: the pause signal of loudspeakers. */
export const chime = (seconds: number): Stereo => {
  const sound = silence(seconds);
  const phrase = [2, -2, -7, -10, -7, -2, 2, 5];
  for (const [step, note] of phrase.entries()) {
    bell(
      sound,
      0.1 + step * 0.62 + (step >= 4 ? 0.9 : 0),
      pitch(note),
      0.22,
      step % 2 === 0 ? 0.4 : 0.6,
      3.4,
    );
  }
  pad(sound, 0, 4, chords[0], 0.03);
  pad(sound, 3.2, seconds - 3.2, chords[2], 0.03);
  echo(sound, 0.37, 0.3);
  return sound;
};

/** Lays spoken lines over a bed, which steps back while someone speaks; fades both ends; peak at −1.4 dBFS. */
export const mixDown = (bed: Stereo, spoken: readonly { at: number; voice: Float32Array }[]): Stereo => {
  const length = bed.left.length;
  const duck = new Float32Array(length).fill(1);
  const voice = new Float32Array(length);
  const ramp = Math.round(0.25 * sampleRate);
  for (const { at, voice: said } of spoken) {
    const first = Math.round(at * sampleRate);
    for (let index = -ramp; index < said.length + ramp; index += 1) {
      const outside = index < 0 ? -index : Math.max(0, index - said.length);
      const slot = first + index;
      if (slot < 0 || slot >= length) continue;
      duck[slot] = Math.min(duck[slot] ?? 1, 0.38 + 0.62 * Math.min(1, outside / ramp));
      voice[slot] = (voice[slot] ?? 0) + (said[index] ?? 0);
    }
  }
  const mixed = silence(length / sampleRate);
  let peak = 0.001;
  for (let at = 0; at < length; at += 1) {
    const edge = Math.min(1, at / (0.05 * sampleRate), (length - at) / (0.7 * sampleRate));
    const [l, r] = [bed.left[at] ?? 0, bed.right[at] ?? 0];
    mixed.left[at] = (l * (duck[at] ?? 1) + (voice[at] ?? 0) * 0.9) * edge;
    mixed.right[at] = (r * (duck[at] ?? 1) + (voice[at] ?? 0) * 0.9) * edge;
    peak = Math.max(peak, Math.abs(mixed.left[at] ?? 0), Math.abs(mixed.right[at] ?? 0));
  }
  for (let at = 0; at < length; at += 1) {
    mixed.left[at] = ((mixed.left[at] ?? 0) / peak) * 0.85;
    mixed.right[at] = ((mixed.right[at] ?? 0) / peak) * 0.85;
  }
  return mixed;
};
