/** A small picture of an asset; decorative, since its title always stands beside it. */
export function Thumbnail({ assetId, width = 64 }: { assetId: number; width?: number }) {
  return (
    <img
      className="thumbnail"
      src={`/api/assets/${assetId}/thumbnail`}
      alt=""
      width={width}
      height={Math.round((width * 9) / 16)}
      loading="lazy"
      decoding="async"
    />
  );
}
