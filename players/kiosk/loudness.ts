/** The loudness at which everything is heard, EBU R 128: −23 LUFS. */
const TARGET_LUFS = -23;

/**
 * The volume, 0 to 1, that brings material of a stated integrated loudness down to the common one. Quieter
 * material stays as it is, because a browser can only turn down; so does material of unknown loudness.
 */
export function volumeFor(loudnessLufs: number | undefined, loudest: number): number {
  if (loudnessLufs === undefined || loudnessLufs <= TARGET_LUFS) return loudest;
  return loudest * 10 ** ((TARGET_LUFS - loudnessLufs) / 20);
}
