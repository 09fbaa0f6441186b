import { HAS_NGINX, type RunningNginx, startNginx } from './nginx.ts';

/** A second host that has the files of a folder of media under their hashes, as a CDN before a bucket has them. */
export type MediaHost = Pick<RunningNginx, 'url' | 'stop'>;

/** Starts one, with the header that lets pages of other hosts read; null where this machine has no nginx. */
export async function startMediaHost(folder: string): Promise<MediaHost | null> {
  if (!HAS_NGINX) return null;
  const nginx = await startNginx(`
    location ~ "^/media/([0-9a-f]{2})/([0-9a-f]{64})$" {
      alias ${folder}/$1/$2;
      add_header Access-Control-Allow-Origin * always;
      add_header Cache-Control "public, max-age=31536000, immutable";
    }`);
  return { url: `${nginx.url}/media`, stop: nginx.stop };
}
