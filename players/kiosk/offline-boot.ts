/** Whether the page boots without the network. */
export interface OfflineBoot {
  isReady(): boolean;
}

/** How often a page that runs for months asks for a newer build. */
const UPDATE_MS = 3_600_000;

/**
 * Has the service worker keep the page itself, so that a box that lost power boots without the network.
 * `onNewBuild` is called once, when a newer build has taken over.
 */
export function bootOffline(onNewBuild: () => void): OfflineBoot {
  const workers = navigator.serviceWorker;
  let ready = false;
  // The first worker of a fresh box takes over too: that is no new build.
  let hadWorker = workers.controller !== null;
  workers.addEventListener('controllerchange', () => {
    if (hadWorker) onNewBuild();
    hadWorker = true;
  });
  const base = new URL('./', location.href).pathname;
  workers
    .register(`${base}sw.js`, { scope: base, updateViaCache: 'none' })
    .then((registration) => {
      setInterval(() => void registration.update().catch(() => undefined), UPDATE_MS);
      return workers.ready;
    })
    .then(() => {
      ready = true;
    })
    // Without the worker the player still plays; the panel says that it would not boot offline.
    .catch((cause: unknown) => console.warn('service worker', cause));
  return { isReady: () => ready };
}
