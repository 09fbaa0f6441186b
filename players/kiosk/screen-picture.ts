/** The longer side of a picture, in pixels. */
const LONGEST_SIDE = 640;

/**
 * What the screen shows, as people before it see it: the base64 of a small JPEG. A film or a still is drawn as it
 * stands; a view that covers it is given by its colour and words alone.
 */
export function screenPicture(screen: HTMLElement): string {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(screen.clientWidth, screen.clientHeight));
  const width = Math.round(screen.clientWidth * scale);
  const height = Math.round(screen.clientHeight * scale);
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const brush = canvas.getContext('2d');
  if (!brush) throw new Error('canvas.none');
  const fill = (colour: string) => {
    brush.fillStyle = colour;
    brush.fillRect(0, 0, width, height);
  };
  fill('#000');
  const view = screen.querySelector<HTMLElement>('.view.on');
  const piece = screen.querySelector<HTMLVideoElement | HTMLImageElement>(':is(video, img).on');
  if (view) {
    fill(getComputedStyle(view).backgroundColor);
    // biome-ignore lint/performance/useDomNodeTextContent: what is read on the screen, line by line
    const lines = view.innerText.split('\n').filter((line) => line.trim() !== '');
    const lineHeight = Math.min(height / (lines.length + 1), height / 8);
    brush.font = `${lineHeight * 0.7}px sans-serif`;
    brush.textAlign = 'center';
    brush.fillStyle = '#fff';
    const top = (height - lineHeight * (lines.length - 1)) / 2;
    for (const [index, line] of lines.entries())
      brush.fillText(line, width / 2, top + index * lineHeight, width * 0.95);
  } else if (piece) {
    const isFilm = piece instanceof HTMLVideoElement;
    const [w, h] = isFilm ? [piece.videoWidth, piece.videoHeight] : [piece.naturalWidth, piece.naturalHeight];
    const fits = [width / w, height / h];
    const grown = getComputedStyle(piece).objectFit === 'cover' ? Math.max(...fits) : Math.min(...fits);
    brush.drawImage(piece, (width - w * grown) / 2, (height - h * grown) / 2, w * grown, h * grown);
  }
  return canvas.toDataURL('image/jpeg', 0.7).split(',')[1] ?? '';
}
