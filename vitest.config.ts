import { defineConfig } from 'vitest/config';

const DATABASE_TESTS = ['test/**/*.db.test.ts'];
const BROWSER_TESTS = ['test/**/*.browser.test.ts'];
/**
 * The longest, whose time goes into films, pictures, walks of all routes, whole days of loops and restarts, whatever the
 * database: they run on the embedded one, or where there is a real server on that alone.
 */
const LONG_TESTS = [
  'test/packed.db.test.ts',
  'test/releases/*.db.test.ts',
  'test/backup/*.db.test.ts',
  'test/hostile/*.db.test.ts',
  'test/catalogue/{asset-routes,bucket-process,findings,import-cli,media-check,upload-process,uploads}.db.test.ts',
  'test/endpoints/enrolment-sheet.db.test.ts',
  'test/http/{composed,media-lane}.db.test.ts',
  'test/notices/notice-flow.db.test.ts',
  'test/override/restarts.db.test.ts',
  'test/plays/by-player.db.test.ts',
  'test/renditions/*.db.test.ts',
  'test/schedule/{explain,fairness-api}.db.test.ts',
];
const postgres = process.env.TEST_DATABASE_URL;

/** The same files run once for each kind of database. */
const databaseProject = (kind: 'embedded' | 'postgres') => ({
  test: {
    name: kind,
    include: DATABASE_TESTS,
    exclude: kind === 'embedded' && postgres !== undefined ? LONG_TESTS : [],
    globalSetup: [`test/support/template-${kind}.ts`],
    // Reading the whole server anew for each of a hundred files took a third of the time; nothing in it is shared.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: [...DATABASE_TESTS, ...BROWSER_TESTS],
          testTimeout: 60_000,
        },
      },
      databaseProject('embedded'),
      ...(postgres === undefined ? [] : [databaseProject('postgres')]),
      {
        test: {
          name: 'browser',
          // As for the databases: the server is read once, not for each of twenty files.
          isolate: false,
          include: BROWSER_TESTS,
          // After all others: two files at once, and no engines beside their browsers, are what a small machine carries.
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/template-embedded.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A page of a busy machine takes longer than the usual second.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
