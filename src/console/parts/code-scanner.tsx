import { useEffect, useRef, useState } from 'react';
import { codeIn } from '../scanned-code.ts';
import { endpointWords } from '../words/endpoint-words.ts';
import { useWords } from '../words/use-words.ts';

/** A picture is read about five times a second: a phone stays cool, and nobody waits. */
const LOOK_EVERY_MS = 200;
/** The longer side of what is read; a code fills much of it. */
const LONGEST_SIDE = 800;

/** Whether this page may ask for a camera: browsers let only secure ones do so. */
export function hasCamera(): boolean {
  return navigator.mediaDevices !== undefined;
}

/** Shows what the camera sees until a pairing code is in it. */
export function CodeScanner({ onCode }: { onCode: (code: string) => void }) {
  const words = useWords(endpointWords);
  const video = useRef<HTMLVideoElement>(null);
  const [isRefused, setRefused] = useState(false);
  const found = useRef(onCode);
  found.current = onCode;
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const abort = new AbortController();
    watch(element, abort.signal, (code) => found.current(code)).catch(() => {
      if (!abort.signal.aborted) setRefused(true);
    });
    return () => abort.abort();
  }, []);
  if (isRefused) return <p role="alert">{words.noCamera}</p>;
  return (
    <figure className="scanner">
      <video ref={video} playsInline muted aria-label={words.scanView} />
      <figcaption className="quiet">{words.scanLead}</figcaption>
    </figure>
  );
}

/** @throws DOMException when there is no camera, or it may not be used; the camera is off then, as after an abort */
async function watch(
  element: HTMLVideoElement,
  signal: AbortSignal,
  onCode: (code: string) => void,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  let timer: ReturnType<typeof setInterval> | undefined;
  const end = () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  };
  if (signal.aborted) return end();
  signal.addEventListener('abort', end);
  try {
    element.srcObject = stream;
    // The reader of codes is fetched by those who scan alone.
    const [{ default: decode }] = await Promise.all([import('qr/decode.js'), element.play()]);
    if (signal.aborted) return;
    const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    timer = setInterval(() => {
      const code = brush && read(element, brush, decode);
      if (code) onCode(code);
    }, LOOK_EVERY_MS);
  } catch (error) {
    end();
    throw error;
  }
}

function read(
  element: HTMLVideoElement,
  brush: CanvasRenderingContext2D,
  decode: (image: ImageData) => string,
): string | null {
  const { videoWidth, videoHeight } = element;
  if (videoWidth === 0) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  Object.assign(brush.canvas, { width, height });
  brush.drawImage(element, 0, 0, width, height);
  try {
    return codeIn(decode(brush.getImageData(0, 0, width, height)));
  } catch {
    // No code in this picture.
    return null;
  }
}
