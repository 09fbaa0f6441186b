import { execFile } from 'node:child_process';
import { z } from 'zod';
import { TOP } from './lockfile.ts';

const vulnerabilitySchema = z.object({
  name: z.string(),
  severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
  /** Places in package-lock.json. */
  nodes: z.array(z.string()),
  /** Advisories, or the names of packages that bring the fault along. */
  via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])),
});
const reportSchema = z.object({ vulnerabilities: z.record(z.string(), vulnerabilitySchema) });
const refusalSchema = z.object({ message: z.string() });

/** A package with a known fault. */
export type Vulnerability = z.infer<typeof vulnerabilitySchema>;

/** What a registry knows of our packages, or why it did not say. */
export type Advice =
  | { readonly known: readonly Vulnerability[] }
  | { readonly known: null; readonly why: string };

/**
 * Asks a registry (npm's own settings unless given) for known faults of every package in package-lock.json, by `npm audit`. Waits for
 * 20 s at most; without a network, or where a registry does not answer that question, it says so and does not throw.
 */
export function askAdvisories(registry?: string): Promise<Advice> {
  const args = ['audit', '--json', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=10000'];
  const where = registry === undefined ? [] : [`--registry=${registry}`, '--noproxy=127.0.0.1'];
  return new Promise((resolve) => {
    // It ends with 1 when it found something as well as when it could not ask: what it printed tells.
    execFile('npm', [...args, ...where], { cwd: TOP, timeout: 20_000, maxBuffer: 2 ** 26 }, (_, stdout) =>
      resolve(readAdvice(stdout)),
    );
  });
}

function readAdvice(text: string): Advice {
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return { known: null, why: 'npm gave no report' };
  }
  const report = reportSchema.safeParse(told);
  if (report.success) return { known: Object.values(report.data.vulnerabilities) };
  const refusal = refusalSchema.safeParse(told);
  return { known: null, why: refusal.success ? refusal.data.message : 'npm gave another form of report' };
}

/** What must be dealt with before anything is given out: high or critical faults in packages at one of these paths. */
export function alarming(known: readonly Vulnerability[], paths: ReadonlySet<string>): string[] {
  return known
    .filter(({ severity, nodes }) => /high|critical/.test(severity) && nodes.some((path) => paths.has(path)))
    .map(({ name, severity, via }) => {
      const causes = via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`));
      return `${name}, ${severity}: ${causes.join('; ')}`;
    });
}
