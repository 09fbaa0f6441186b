import { verifyStatement } from '../../src/contract/signing.ts';
import { httpLink } from '../core/http-link.ts';
import { FIELD_DEFAULTS, type PlayerConfig } from '../core/player-config.ts';
import type { PlayerPorts } from '../core/ports.ts';
import { type RunningPlayer, runPlayer } from '../core/run-player.ts';
import { correctedMs } from '../core/server-time.ts';
import { browserClock, workerRinger } from './browser-clock.ts';
import { browserStage } from './browser-stage.ts';
import { openKioskDatabase } from './kiosk-database.ts';
import { mediaFiles } from './media-files.ts';
import { movingSlot } from './moving-slot.ts';
import { bootOffline } from './offline-boot.ts';
import { pageElement } from './page-element.ts';
import { readEnrolment, readPageOptions } from './page-options.ts';
import { missingPowers, powerMessage } from './page-powers.ts';
import { statePanel } from './panel.ts';
import { panelFacts } from './panel-facts.ts';
import { screenPicture } from './screen-picture.ts';
import { stillSlot } from './still-slot.ts';
import { pageViews } from './views.ts';
import { keepScreenAwake } from './wake-lock.ts';

/** The version of this build, set by the bundler. */
declare const KIOSK_VERSION: string;

const options = readPageOptions(location.search);
const enrolment = readEnrolment(location.hash);
// Used once: neither the history nor a screenshot of the address should keep it.
if (enrolment !== null) history.replaceState(null, '', location.pathname + location.search);
const clock = browserClock(workerRinger);
document.body.dataset.fit = options.fit;
document.body.dataset.rotate = `${options.rotate}`;

let player: RunningPlayer | null = null;
const page = { address: location.origin, box: '' };
const views = pageViews(clock, serverNowMs, page);

function serverNowMs(): number {
  return player ? correctedMs(player.state().time, clock.monoMs()) : clock.wallMs();
}

async function main(): Promise<void> {
  const missing = missingPowers();
  if (missing.length > 0) {
    const { title, lines } = powerMessage(missing, location.origin);
    await views.message(title, lines);
    return;
  }
  await views.rest('unpaired');
  // Two players on one storage would use the same numbers: the second window waits for the first to close.
  await navigator.locks.request(`beacon-${options.player}`, { ifAvailable: true }, async (lock) => {
    if (lock) await start();
    else
      await views.message('播放器已在另一窗口运行 The player is already running in another window', [
        '关闭那个窗口后，这里会自动接手。 Close that window and this one takes over.',
      ]);
  });
  await navigator.locks.request(`beacon-${options.player}`, () => start());
}

/** Runs the player; never resolves, so that the lock is held as long as the page lives. */
async function start(): Promise<never> {
  const database = await openKioskDatabase(options.player, () => crypto.randomUUID());
  const hardwareId = await database.hardwareId();
  page.box = hardwareId;
  const persisted = await navigator.storage.persist();
  const cache = await caches.open(`beacon-media-${options.player}`);
  const files = mediaFiles({ cache, estimate: () => navigator.storage.estimate() });
  const rollTime = { ms: 60 };
  const stage = browserStage({
    clock,
    files,
    views,
    rollTime,
    volume: options.volume,
    isHidden: () => document.hidden,
    painted,
    makeSlots: (trouble) => {
      const moving = (element: HTMLMediaElement) => movingSlot(element, clock.monoMs, rollTime, trouble);
      const film = (id: string) => moving(pageElement(id, HTMLVideoElement));
      const still = (id: string) => stillSlot(pageElement(id, HTMLImageElement), clock.monoMs);
      return {
        video: [film('film-a'), film('film-b')],
        image: [still('still-a'), still('still-b')],
        audio: [moving(new Audio()), moving(new Audio())],
      };
    },
  });
  const ports: PlayerPorts = {
    clock,
    stage,
    media: files,
    outbox: database.outbox,
    memory: database.memory,
    link: httpLink({ server: location.origin, fetch: (...request) => fetch(...request), clock }),
    verify: verifyStatement,
    powers: {
      volume: stage.setVolume,
      restart,
      picture: async () => screenPicture(pageElement('screen', HTMLElement)),
    },
    log: (line) => console.info(line),
  };
  player = await runPlayer(configFor(hardwareId), ports);
  const isAwake = keepScreenAwake();
  const offline = bootOffline(() => restart());
  statePanel(clock, KIOSK_VERSION, async () => {
    if (!player) return [];
    return panelFacts(player.state(), {
      wallMs: clock.wallMs(),
      monoMs: clock.monoMs(),
      storage: await files.usage(),
      persisted,
      awake: isAwake(),
      offlineReady: offline.isReady(),
      box: hardwareId,
    });
  });
  return new Promise<never>(() => undefined);
}

/** A newer build is installed, or staff ask for it: what is on is written down as cut, and the page starts anew. */
async function restart(): Promise<void> {
  await player?.stop();
  location.reload();
}

function configFor(hardwareId: string): PlayerConfig {
  const turned = options.rotate === 90 || options.rotate === 270;
  const width = Math.round(screen.width * devicePixelRatio);
  const height = Math.round(screen.height * devicePixelRatio);
  return {
    ...FIELD_DEFAULTS,
    player: { name: 'kiosk', version: KIOSK_VERSION },
    hardwareId,
    enrolmentToken: enrolment,
    kind: options.kind,
    capabilities: {
      video: options.kind !== 'loudspeaker',
      image: options.kind !== 'loudspeaker',
      audio: true,
      width: turned ? height : width,
      height: turned ? width : height,
    },
  };
}

/** A frame's callbacks run right before its paint; what is posted from one is handled after it. */
function painted(): Promise<void> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    }),
  );
}

void main().catch(async (cause: unknown) => {
  console.error(cause);
  await views.rest('unpaired');
  // Storage that does not open is usually a disk that needs a moment; a kiosk has nobody to press reload.
  clock.alarm(clock.monoMs() + 30_000, () => location.reload());
});
