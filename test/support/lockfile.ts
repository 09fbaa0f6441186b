import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { filesBelow, textOf } from './source-tree.ts';

/** The folder of package.json. */
export const TOP = join(import.meta.dirname, '..', '..');
const wishes = z.record(z.string(), z.string()).default({});
const lockedSchema = z.object({
  version: z.string(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
  dependencies: wishes,
  optionalDependencies: wishes,
  peerDependencies: wishes,
});

/** A package as package-lock.json has it. */
export interface LockedPackage extends z.infer<typeof lockedSchema> {
  readonly path: string;
  readonly name: string;
}

/** Packages that do not say their licence in `package.json`, with the one that lies beside it. */
export const SAID_ELSEWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  ['busboy', 'combine-errors', 'dicer', 'humanize-number', 'only', 'png-js', 'streamsearch'].map((name) => [
    name,
    'MIT',
  ]),
);

/** What package-lock.json names, without ourselves. */
export function lockedPackages(): LockedPackage[] {
  const lock = z
    .object({ packages: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(join(TOP, 'package-lock.json'), 'utf8')));
  return Object.entries(lock.packages).flatMap(([path, entry]) =>
    path === ''
      ? []
      : [{ path, name: path.split('node_modules/').at(-1) ?? path, ...lockedSchema.parse(entry) }],
  );
}

/**
 * Those that reach a server or a screen: what the server is installed with, and what its pages are built from, though that
 * is a dependency of developers.
 */
export function shippedPackages(locked: readonly LockedPackage[]): Set<LockedPackage> {
  const sources = filesBelow(['src', 'players'], /\.tsx?$/).map(textOf);
  const isImported = (name: string) =>
    sources.some((text) => text.includes(`from '${name}'`) || text.includes(`from '${name}/`));
  const shipped = new Set(
    locked.filter(({ path, name, dev }) => !dev || (path === `node_modules/${name}` && isImported(name))),
  );
  // A set hands out what is added while one walks it. By name alone: one too many does no harm.
  for (const { dependencies, optionalDependencies, peerDependencies } of shipped) {
    const wanted = { ...dependencies, ...optionalDependencies, ...peerDependencies };
    for (const one of locked) if (one.name in wanted) shipped.add(one);
  }
  return shipped;
}
