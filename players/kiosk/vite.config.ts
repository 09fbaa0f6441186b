import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../../package.json'), 'utf8')) as { version: string };

/** Tells the service worker which files the build has; any change in one of them changes the worker too. */
function shellList(): Plugin {
  return {
    name: 'shell-list',
    enforce: 'post',
    generateBundle(_, bundle) {
      const hash = createHash('sha256');
      const files = [''];
      for (const name of readdirSync(here('public'))) {
        hash.update(readFileSync(here(`public/${name}`)));
        files.push(name);
      }
      for (const [name, part] of Object.entries(bundle)) {
        if (name === 'sw.js') continue;
        hash.update(part.type === 'chunk' ? part.code : part.source);
        if (name !== 'index.html') files.push(name);
      }
      const shell = JSON.stringify({ version: hash.digest('base64url').slice(0, 16), files });
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the build has no service worker');
      worker.code = `const KIOSK_SHELL=${shell};${worker.code}`;
    },
  };
}

export default defineConfig({
  root: here('.'),
  base: '/player/',
  publicDir: here('public'),
  plugins: [shellList()],
  define: { KIOSK_VERSION: JSON.stringify(version) },
  resolve: {
    // Same words, same meaning, a twentieth of the size; see small-schema.ts.
    alias: [{ find: /^zod$/, replacement: here('small-schema.ts') }],
  },
  worker: { format: 'es' },
  build: {
    outDir: here('../../dist/kiosk'),
    emptyOutDir: true,
    target: 'chrome116',
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: here('index.html'), sw: here('sw.ts') },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
