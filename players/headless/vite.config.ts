import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The loudspeaker player as one file: `npm run speaker` and the systemd unit start this. Run from its sources it
 * takes 34 MB more, since Node strips types by a compiler of its own, and zod makes a program of each schema.
 */
export default defineConfig({
  root: here('.'),
  resolve: {
    // Same words, same meaning; a property test compares the two on every schema of the contract.
    alias: [{ find: /^zod$/, replacement: here('../kiosk/small-schema.ts') }],
  },
  ssr: { noExternal: true },
  build: {
    ssr: here('main.ts'),
    outDir: here('../../dist/headless'),
    emptyOutDir: true,
    target: 'node22',
    minify: false,
    rolldownOptions: { output: { entryFileNames: 'speaker.js', codeSplitting: false } },
  },
});
