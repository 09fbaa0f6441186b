import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { CHROMIUM } from './chromium.ts';

function onPath(...names: string[]): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) =>
    names.some((name) => {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}

/** What this machine cannot test, and why, one sentence each. */
function leftOut(): string[] {
  const out: string[] = [];
  if (process.env.TEST_DATABASE_URL === undefined) {
    out.push('Left out: the database tests on PostgreSQL, since TEST_DATABASE_URL is not set.');
  }
  const programs: readonly [string, string[]][] = [
    ['ffmpeg, so tests of its films do not run', ['ffmpeg']],
    ['mpv, so tests of its sound do not run', ['mpv']],
  ];
  if (CHROMIUM === null) out.push('Left out: there is no Chromium, so the browser tests do not run.');
  for (const [what, names] of programs) if (!onPath(...names)) out.push(`Left out: there is no ${what}.`);
  return out;
}

/** Says at the very end what was left out and why, then the counts in one plain last line. */
export default class ClosingLine implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A file that breaks before its first test still counts as something that failed.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed') counts[state] += 1;
        else counts.skipped += 1;
      }
    }
    const missing = leftOut();
    // CI must not turn green because a tool is missing there.
    const isIncomplete = process.env.REQUIRE_ALL_TESTS === '1' && missing.length > 0;
    if (isIncomplete) counts.failed += missing.length;
    const lines = [...missing, `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`];
    // Vitest prints its own summary in the same event: this one waits for the end of it.
    const print = (): void => {
      process.stdout.write(`\n${lines.join('\n')}\n`);
      if (isIncomplete) process.exitCode = 1;
    };
    if (this.#vitest === undefined || this.#vitest.config.watch) print();
    else process.once('exit', print);
  }
}
