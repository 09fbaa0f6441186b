/** What the player cannot do without, and what the browser calls it. */
export type Power = 'secureContext' | 'serviceWorker' | 'cacheStorage' | 'webCrypto' | 'indexedDb' | 'locks';

/** The powers that this page was not given; most browsers keep them all from pages that came without TLS. */
export function missingPowers(scope: Window & typeof globalThis = window): Power[] {
  const has: Record<Power, boolean> = {
    secureContext: scope.isSecureContext,
    serviceWorker: 'serviceWorker' in scope.navigator,
    cacheStorage: 'caches' in scope,
    webCrypto: scope.crypto?.subtle !== undefined,
    indexedDb: 'indexedDB' in scope,
    locks: 'locks' in scope.navigator,
  };
  return (Object.keys(has) as Power[]).filter((power) => !has[power]);
}

/** What to tell staff who see the page without its powers: why, and three ways out. Text, then what to type. */
export function powerMessage(
  missing: readonly Power[],
  origin: string,
): { readonly title: string; readonly lines: readonly string[] } {
  if (!missing.includes('secureContext')) {
    return {
      title: '浏览器版本过旧 This browser is too old',
      lines: [
        `缺少 Missing: ${missing.join(', ')}`,
        '请安装 Chromium 137 或更高版本。 Please install Chromium 137 or newer.',
      ],
    };
  }
  const { port } = new URL(origin);
  return {
    title: '需要安全连接 This page needs a secure connection',
    lines: [
      '为防止画面被劫持，播放器只在安全环境中运行。 So that the screen cannot be hijacked, the player only runs in a secure context.',
      `① 用 HTTPS 打开 Open it over HTTPS\n${origin.replace(/^http:/, 'https:')}/player/`,
      `② 在服务器本机打开 On the server itself\nhttp://localhost${port ? `:${port}` : ''}/player/`,
      `③ 用启动脚本打开（可信内网） With the launcher, on a trusted network\nnpm run kiosk -- ${origin} --trust-http`,
    ],
  };
}
