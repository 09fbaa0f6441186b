/** A WAV file of so many bytes, 48 kHz, 24 bit, two channels; `seed` makes its content its own. */
export function longWav(bytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const length = bytes - ((bytes - 44) % 6);
  const file = Buffer.alloc(length);
  wavHeader(length).copy(file);
  const noise = Buffer.alloc(65_537);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < noise.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise[at] = state >>> 24;
  }
  for (let at = 44; at < length; at += noise.length) noise.copy(file, at);
  return file as Uint8Array<ArrayBuffer>;
}

/** The first 44 bytes of such a file. Lengths that 32 bits cannot hold are announced as streams announce theirs. */
export function wavHeader(bytes: number): Buffer {
  const header = Buffer.alloc(44);
  const fits = bytes < 0xffff_ff00;
  header.write('RIFF', 0);
  header.writeUInt32LE(fits ? bytes - 8 : 0xffff_ffff, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(48_000, 24);
  header.writeUInt32LE(288_000, 28);
  header.writeUInt16LE(6, 32);
  header.writeUInt16LE(24, 34);
  header.write('data', 36);
  header.writeUInt32LE(fits ? bytes - 44 : 0xffff_ffff, 40);
  return header;
}
