import { randomUUID } from 'node:crypto';
import type { Audit } from './base/audit.ts';
import { type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from './base/units.ts';
import { assetRoutes } from './catalogue/asset-routes.ts';
import { assetStore } from './catalogue/asset-store.ts';
import { hasFfmpeg, listenTo } from './catalogue/finding-files.ts';
import { findingFlow } from './catalogue/finding-flow.ts';
import { findingStore } from './catalogue/finding-store.ts';
import { fleetShapes } from './catalogue/fleet-verdict-store.ts';
import { importFlow } from './catalogue/import-flow.ts';
import { materialRoutes } from './catalogue/material-routes.ts';
import { materialStore } from './catalogue/material-store.ts';
import { LEFTOVER_AFTER_MS } from './catalogue/media-files.ts';
import { mediaRoutes } from './catalogue/media-routes.ts';
import { probeFile } from './catalogue/probe-files.ts';
import { tusHandler } from './catalogue/tus-files.ts';
import { uploadFiles } from './catalogue/upload-files.ts';
import { uploadFlow } from './catalogue/upload-flow.ts';
import { uploadRoutes } from './catalogue/upload-routes.ts';
import { uploadStore } from './catalogue/upload-store.ts';
import { verdictRoutes } from './catalogue/verdict-routes.ts';
import { openMedia } from './compose-media.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/connect.ts';
import { noticeFlow } from './notices/notice-flow.ts';
import { noticeRoutes } from './notices/notice-routes.ts';
import { noticeStore } from './notices/notice-store.ts';
import { openSetter } from './notices/setter-files.ts';
import { espeakSpeaker } from './notices/speaker-files.ts';
import { fleetSizes } from './renditions/fleet-needs-store.ts';
import { framingPreview } from './renditions/framing-preview-flow.ts';
import { framingStore } from './renditions/framing-store.ts';
import { renditionFlow } from './renditions/rendition-flow.ts';
import { renditionRoutes } from './renditions/rendition-routes.ts';
import { renditionStore } from './renditions/rendition-store.ts';
import { openTranscoder } from './renditions/transcoder-files.ts';
import { reviewFlow } from './review/review-flow.ts';
import { reviewRoutes } from './review/review-routes.ts';
import { followVersion } from './review/version-store.ts';

/** Puts together what becomes of a file: upload, what is made of it, review. */
export async function composeMaterial(deps: {
  database: Database;
  audit: Audit<Db>;
  now: Clock;
  config: Pick<
    Config,
    'dataDir' | 'warningApprovals' | 'transcodeThreads' | 'mediaHandOff' | 'bucket' | 'mediaCacheBytes'
  >;
  trouble: (what: string) => (error: unknown) => void;
}) {
  const { database, audit, now, config, trouble } = deps;
  const { files, trim } = await openMedia(config, now, trouble('bucket'));
  // On a shared folder another server may be writing just now; on the embedded default nobody else is.
  await files.cleanLeftovers(database.kind === 'embedded' ? now() : now() - LEFTOVER_AFTER_MS);
  const assets = assetStore({ database, audit, now });
  const imports = importFlow({ assets, files, onTrouble: trouble('thumbnail') });
  const uploads = uploadFlow({
    ...{ files, imports, assets, now, onTrouble: trouble('uploads') },
    store: uploadStore(database, now),
    parts: await uploadFiles(config.dataDir),
  });
  // Nothing is told of decisions here: the asset store rings the bell that the board follows.
  const review = reviewFlow({
    ...{ assets, now, onTrouble: trouble('review'), onDecided: () => {} },
    followVersion: followVersion({ audit, now }),
    warningApprovals: config.warningApprovals ?? 1,
  });
  const canListen = await hasFfmpeg();
  const found = findingStore(database, now);
  const listening = findingFlow({
    ...{ store: found, files, listen: canListen ? listenTo : null, onTrouble: trouble('findings') },
  });
  const transcoder = await openTranscoder(config.transcodeThreads ?? 1);
  const store = renditionStore({ database, audit, now, holder: randomUUID() });
  const setter = openSetter();
  const words = noticeStore({ database, audit, now });
  const sizes = () => fleetSizes(database.sql);
  const notices = noticeFlow({
    ...{ setter, store: words, imports, files, transcoder, sizes, probe: probeFile },
    speaker: espeakSpeaker(),
  });
  const renditions = renditionFlow({
    ...{ store, files, transcoder, probe: probeFile, onTrouble: trouble('renditions') },
    slideOf: notices.slideOf,
  });
  return {
    assets,
    files,
    imports,
    review,
    listening,
    /** What time does to uploads. */
    expireUploads: uploads.expire,
    rooms: [
      assetRoutes({ assets, files, imports }),
      materialRoutes({ material: materialStore({ database, audit, now }) }),
      uploadRoutes({ uploads, tus: tusHandler(uploads) }),
      verdictRoutes({ assets, findings: found, fleet: fleetShapes(database.sql), canListen }),
      mediaRoutes({ assets, files, handOff: config.mediaHandOff }),
      reviewRoutes({ review }),
      renditionRoutes({
        ...{ store, assets, transcoder: transcoder?.version ?? null },
        framings: framingStore({ database, audit, now }),
        preview: framingPreview({ files, transcoder }),
        sizes,
      }),
      noticeRoutes({ flow: notices, store: words, assets }),
    ],
    jobs: [
      // What this process received is examined at once; this finds what a dead one left behind.
      { name: 'examine uploads', everyMs: 5 * SECOND_MS, run: () => uploads.examine() },
      { name: 'trim copies of media', everyMs: 10 * MINUTE_MS, run: trim },
      {
        name: 'listen to material',
        everyMs: 3 * SECOND_MS,
        run: () => listening.work(),
        stop: () => listening.stop(),
      },
      {
        name: 'make renditions',
        everyMs: 2 * SECOND_MS,
        run: () => renditions.work(),
        async stop() {
          await renditions.stop();
          await setter.close();
        },
      },
    ],
    sharedJobs: [
      { name: 'forget old uploads', everyMs: HOUR_MS, offsetMs: 25 * MINUTE_MS, run: () => uploads.expire() },
    ],
  };
}
