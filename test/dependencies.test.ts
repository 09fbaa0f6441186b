import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { alarming, askAdvisories } from './support/advisories.ts';
import {
  type LockedPackage,
  lockedPackages,
  SAID_ELSEWHERE,
  shippedPackages,
  TOP,
} from './support/lockfile.ts';

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    dependencies: versions,
    optionalDependencies: versions,
    devDependencies: versions,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8')));
const locked = lockedPackages();
const shipped = shippedPackages(locked);
const REGISTRY = 'https://registry.npmjs.org/';

/** npm writes no hash down for tools of developers that are for another kind of machine, and never installs them here. */
const isForOtherMachines = ({ name, dev, optional }: LockedPackage) =>
  dev && optional && /^@(biomejs\/cli|oxc-parser\/binding)-/.test(name);

/** A registry that says this of any package that it is asked about, at an address of this machine. */
async function registryThatSays(status: number, body: unknown) {
  const server = createServer((request, response) => {
    request.resume();
    const isAsked = request.method === 'POST' && request.url?.endsWith('/advisories/bulk') === true;
    response.writeHead(isAsked ? status : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isAsked ? body : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  afterAll(() => void server.close());
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

describe('every package that is installed', () => {
  test('comes from the public registry and is what its hash says', () => {
    expect(locked.length).toBeGreaterThan(300);
    const elsewhere = locked.filter(
      ({ resolved = REGISTRY, link, version }) =>
        link || !resolved.startsWith(REGISTRY) || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(elsewhere.map(({ path }) => path)).toEqual([]);
    const unhashed = locked.filter(({ integrity = '' }) => !/^sha512-[\w+/]{86}==$/.test(integrity));
    expect(unhashed.filter((one) => !isForOtherMachines(one)).map(({ path }) => path)).toEqual([]);
  });

  test('is wanted in one exact version alone, and that one is locked', () => {
    const wanted = Object.entries({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.devDependencies,
    });
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    const held = new Map(locked.map(({ path, version }) => [path, version]));
    expect(wanted.filter(([name, version]) => held.get(`node_modules/${name}`) !== version)).toEqual([]);
  });

  test('runs nothing at its installation, unless it is allowed to by name', () => {
    const running = locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(running.filter((name) => manifest.allowScripts[name] !== true)).toEqual([]);
  });
});

describe('the list of parts that is given out (SBOM)', () => {
  test('is CycloneDX, and has each package that reaches a server or a screen with version, address, hash and licence', () => {
    const part = z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.string(), content: z.string() })).default([]),
      licenses: z.array(z.union([z.object({ license: z.object({}) }), z.object({ expression: z.string() })])),
    });
    const sbom = z.object({
      bomFormat: z.literal('CycloneDX'),
      specVersion: z.string().regex(/^1\.\d$/),
      serialNumber: z.string().startsWith('urn:uuid:'),
      metadata: z.object({ component: z.object({ purl: z.string().startsWith('pkg:npm/beacon-tower@') }) }),
      components: z.array(part.partial({ licenses: true })),
      dependencies: z.array(z.object({ ref: z.string() })),
    });
    const printed = execFileSync('npm', ['run', '-s', 'sbom'], { cwd: TOP, maxBuffer: 2 ** 26 });
    const { components } = sbom.parse(JSON.parse(printed.toString()));
    const named = new Map(components.map((one) => [one.purl, one]));
    const lacking = [...shipped].flatMap(({ path, name, version }) => {
      const found = named.get(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      const hasLicence = (found?.licenses?.length ?? 0) > 0 || SAID_ELSEWHERE[name] !== undefined;
      return found?.hashes.some(({ alg }) => alg === 'SHA-512') && hasLicence ? [] : [path];
    });
    expect(lacking).toEqual([]);
  });
});

describe('known faults of packages', () => {
  const paths = new Set([...shipped].map(({ path }) => path));

  test('are told from the answer of a registry where they are grave and reach a server or a screen', async () => {
    const fault = (severity: string) => [
      {
        ...{ id: 1, url: 'https://example.org/1', title: 'lets anybody in', severity },
        ...{ vulnerable_versions: '*', cwe: [], cvss: { score: 9, vectorString: null } },
      },
    ];
    const told = { hono: fault('critical'), antd: fault('high'), pino: fault('low'), knip: fault('high') };
    const { known } = await askAdvisories(await registryThatSays(200, told));
    expect(known?.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(told)));
    const grave = alarming(known ?? [], paths);
    expect(grave).toContain('hono, critical: lets anybody in https://example.org/1');
    expect(grave.join()).toContain('antd');
    expect(grave.join()).not.toMatch(/pino|knip/);
  });

  test('are not held to be none where a registry does not answer', async () => {
    expect(await askAdvisories(await registryThatSays(405, {}))).toMatchObject({
      known: null,
      why: expect.stringContaining('405'),
    });
    expect(await askAdvisories('http://127.0.0.1:1/')).toMatchObject({ known: null });
  });

  test('high or critical ones are there none today, by the registry', async ({ skip }) => {
    const advice = await askAdvisories();
    if (advice.known === null) return skip(`not asked: ${advice.why}`);
    expect(alarming(advice.known, paths)).toEqual([]);
  });
});
