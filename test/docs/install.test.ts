import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const top = join(import.meta.dirname, '..', '..');
const textOf = (path: string): string => readFileSync(join(top, path), 'utf8');

/** What compose.yaml uses of the Compose specification; a word that is not of it is refused. */
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  init: z.boolean().optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  depends_on: z
    .union([
      z.array(z.string()),
      z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })),
    ])
    .optional(),
  env_file: z.literal('.env').optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string().regex(/^([\w./-]+|\$\{\w+:-\/[\w./-]+\}):\/[\w./]+(:ro)?$/)),
  logging: z.strictObject({ driver: z.literal('journald') }).optional(),
  ports: z.array(z.string().regex(/^(\$\{\w+:-[\d.]+\}:)?\d+:\d+$/)).optional(),
  profiles: z.array(z.string()).optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
    })
    .optional(),
});
const composeSchema = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

describe('the files for containers', () => {
  const compose = composeSchema.parse(parse(textOf('docs/install/compose.yaml')));

  test('name services, volumes and files that exist', () => {
    for (const { depends_on = [], volumes, build } of Object.values(compose.services)) {
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
      for (const [source = ''] of volumes.map((volume) => volume.split(':')))
        if (source.startsWith('$')) continue;
        else if (source.startsWith('.'))
          expect(existsSync(join(top, 'docs/install', source)), source).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      if (build) {
        expect(existsSync(join(top, 'docs/install', build.context, build.dockerfile))).toBe(true);
        expect(existsSync(join(top, 'docs/install', build.context, 'package-lock.json'))).toBe(true);
      }
    }
  });

  test('set variables that the server or the Caddyfile knows, and hold no password', () => {
    const known = textOf('src/config.ts') + textOf('docs/install/Caddyfile');
    const { beacon, proxy, database } = compose.services;
    for (const name of Object.keys({ ...beacon?.environment, ...proxy?.environment }))
      expect(known, name).toContain(name);
    expect(database?.environment.POSTGRES_PASSWORD).toMatch(/^\$\{DATABASE_PASSWORD:\?/);
    expect(beacon?.environment.DATABASE_URL).toContain('${DATABASE_PASSWORD:?');
  });

  test('hand all settings of .env to the server, and keep its log when an upgrade replaces the container', () => {
    const { beacon } = compose.services;
    expect([beacon?.env_file, beacon?.logging?.driver]).toEqual(['.env', 'journald']);
  });

  test('run as nobody in particular, from a base with a Node that can start the program', () => {
    const lines = textOf('docs/install/Dockerfile').split('\n');
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
    for (const line of lines.filter((text) => text.startsWith('FROM ')))
      expect(Number(/^FROM node:(\d+)-/.exec(line)?.[1])).toBeGreaterThanOrEqual(20);
    expect(lines.indexOf('USER node')).toBeGreaterThan(lines.findLastIndex((l) => l.startsWith('RUN ')));
  });
});

describe('a .env with passwords, where compose wants it', () => {
  test('is packed by nobody, whatever its ending', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beacon-env-'));
    await cp(join(top, 'package.json'), join(folder, 'package.json'));
    await cp(join(top, 'docs'), join(folder, 'docs'), { recursive: true });
    for (const name of ['docs/.env', 'docs/install/.env', 'docs/install/.env.before'])
      await writeFile(join(folder, name), 'DATABASE_PASSWORD=secret\n');
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'];
    const listed = execFileSync('npm', pack, { cwd: folder, encoding: 'utf8' });
    await rm(folder, { recursive: true });
    expect(listed).toContain('docs/install/compose.yaml');
    expect(listed).not.toContain('.env');
  });

  test('is sent into no image and kept by no commit', () => {
    expect(textOf('docs/install/Dockerfile.dockerignore').split('\n')).toContain('**/.env*');
    expect(textOf('.gitignore').split('\n')).toContain('.env*');
  });
});

describe('the guides', () => {
  const pages = ['docs', 'docs/install', 'docs/monitoring', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(top, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => ({ folder, name })),
  );

  test.each(pages)('$folder/$name leads to files that exist', ({ folder, name }) => {
    const links = [...textOf(join(folder, name)).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)];
    for (const [, link = ''] of links) expect(existsSync(join(top, folder, link)), link).toBe(true);
  });

  /** All that a person may copy out of the guides. */
  const guides = [
    'README.md',
    ...pages.filter(({ folder }) => folder === 'docs').map(({ folder, name }) => join(folder, name)),
    ...readdirSync(join(top, 'docs/install')).map((name) => join('docs/install', name)),
  ].map(textOf);
  const named = (texts: readonly string[], pattern: RegExp): readonly string[] =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));

  test('name variables that the program, compose or the Caddyfile reads', () => {
    const program = ['src/config.ts', 'src/launch-cli.ts'].map(textOf);
    const files = ['docs/install/compose.yaml', 'docs/install/Caddyfile'].map(textOf);
    const known = new Set([
      ...named(program, /^\s+([A-Z][A-Z0-9_]*): z\b/gm),
      ...named(program, /process\.env\.([A-Z_]+)/g),
      ...named(files, /\{\$?([A-Z_]+)(?=:)/g),
      ...named(files, /^\s+(POSTGRES_[A-Z]+):/gm),
      ...['TEST_DATABASE_URL', 'PATH'],
    ]);
    const used = named(guides, /\b([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b|[A-Z]{3,}(?==))/g);
    expect(used.length).toBeGreaterThan(80);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  test('call commands and scripts that the program has', () => {
    const [launcher, manifest] = ['src/launch-cli.ts', 'package.json'].map(textOf);
    const commands = new Set(['help', ...named([launcher ?? ''], /^ {2}(\w+): \['/gm)]);
    const called = named(guides, /(?<!exec -T |--groups )\bbeacon(?:-tower)? (?!beacon)([a-z]+)\b/g);
    expect(called.length).toBeGreaterThan(8);
    expect(called.filter((name) => !commands.has(name))).toEqual([]);
    const scripts = Object.keys(JSON.parse(manifest ?? '').scripts);
    const run = named(guides, /\bnpm run (?:-s |--silent )?([a-z]+)/g);
    expect(run.length).toBeGreaterThan(8);
    expect(run.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
