import { Upload } from 'tus-js-client';

/** Sends bytes as a client of the tus protocol does, and gives the upload's address. */
export async function sendByTus(
  url: string,
  token: string,
  bytes: Uint8Array,
  how: {
    metadata?: Record<string, string>;
    chunkSize?: number;
    /** Told how many bytes the server has taken. */
    onAccepted?: (bytes: number) => void;
    retryDelays?: number[];
  } = {},
): Promise<string> {
  const { metadata = {}, chunkSize = 8_388_608, onAccepted, retryDelays = [] } = how;
  return new Promise((resolve, reject) => {
    const upload = new Upload(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      endpoint: `${url}/api/uploads`,
      headers: { authorization: `Bearer ${token}` },
      metadata: { category: 'psa', fileName: 'film.mp4', ...metadata },
      chunkSize,
      retryDelays,
      onChunkComplete: (_, accepted) => onAccepted?.(accepted),
      onError: reject,
      onSuccess: () => resolve(new URL(upload.url ?? '', url).href),
    });
    upload.start();
  });
}

/** What became of an upload, once something has. */
// biome-ignore lint/suspicious/noExplicitAny: an outsider's view of the wire has no types of ours
export async function outcomeOf(address: string, token: string): Promise<any> {
  for (;;) {
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
    const told = await answer.json();
    if (answer.status !== 200 || told.state === 'done' || told.state === 'refused') return told;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
