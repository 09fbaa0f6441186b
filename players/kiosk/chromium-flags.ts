/** How an unattended Chromium is wanted. */
export interface KioskLaunch {
  /** The server, for example https://beacon.example.cn. */
  readonly server: URL;
  /** Folder of the browser's profile: pairing, plays and files live there. */
  readonly profile: string;
  /** Options for the page: fit, rotate, kind, player, volume. */
  readonly page: Readonly<Record<string, string>>;
  /** Treat the server's plain http origin as secure: for a closed network only. */
  readonly trustHttp: boolean;
  /** A window instead of the whole screen, for trying it out. */
  readonly windowed: boolean;
}

/** The address of the player's page. */
export function playerAddress({ server, page }: Pick<KioskLaunch, 'server' | 'page'>): string {
  const address = new URL('/player/', server);
  for (const [name, value] of Object.entries(page)) address.searchParams.set(name, value);
  return address.href;
}

/**
 * Whether the browser will give the page its powers without help: https, or the machine itself.
 * (https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy)
 */
export function isSecureAddress({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** The command line of Chromium, the program's own name left out. */
export function chromiumFlags(launch: KioskLaunch): string[] {
  const { server, profile, trustHttp, windowed } = launch;
  const address = playerAddress(launch);
  return [
    `--user-data-dir=${profile}`,
    // Nothing may come up that waits for a click.
    '--no-first-run',
    '--no-default-browser-check',
    '--noerrdialogs',
    '--disable-infobars',
    '--disable-session-crashed-bubble',
    '--hide-crash-restore-bubble',
    '--disable-features=Translate,InfiniteSessionRestore',
    '--check-for-update-interval=31536000',
    '--password-store=basic',
    // Sound without a touch, and full speed also behind another window or a screen that sleeps.
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-timer-throttling',
    '--disable-renderer-backgrounding',
    '--disable-backgrounding-occluded-windows',
    // A touch screen must not lead away from the page.
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    ...(trustHttp ? [`--unsafely-treat-insecure-origin-as-secure=${server.origin}`] : []),
    ...(windowed ? ['--window-size=1280,720', `--app=${address}`] : ['--kiosk', address]),
  ];
}
