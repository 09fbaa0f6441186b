/** A mono WAV of a sine tone, 8 kHz, 16 bit. */
export function wavOfTone(hertz: number, durationMs: number): Buffer<ArrayBuffer> {
  const samples = (8_000 * durationMs) / 1_000;
  const bytes = Buffer.alloc(44 + 2 * samples);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i += 1) {
    bytes.writeInt16LE(Math.round(3_000 * Math.sin((2 * Math.PI * hertz * i) / 8_000)), 44 + 2 * i);
  }
  return bytes;
}
