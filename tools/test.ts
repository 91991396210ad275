/**
 * `npm test`: every short tier this machine can run, each named; `npm test -- --all` also the long ones, as CI does. What
 * is left out is said with its reason, and with CI=true that is a failure. With `--all` a red test is tried once more, and
 * one that is green then is told as unsteady. The last line is `N passed, N failed[, N skipped]`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { labCache } from '../scenarios/lib/lab.ts';
import { readCommandLine, refuseWords } from './command-line.ts';

const root = join(import.meta.dirname, '..');
const node = join(root, 'bin/node24');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

type Tier = {
  name: string;
  about: string;
  args: string[];
  environment?: NodeJS.ProcessEnv;
  /** Installs what it needs; a text says why it cannot run here. */
  prepare?: () => string | undefined;
  /** Only with `--all`, or by its name: it would make `npm test` longer than ten minutes. */
  isLong?: true;
};
type Count = { passed: number; failed: number; skipped: number };

const isRoot = process.getuid?.() === 0;

/** The scenarios of one folder: the short ones, or the long proofs among them (`*.proof.test.ts`). */
const scenarios = (glob: string): Pick<Tier, 'args' | 'environment'> => ({
  args: ['run', '--config', 'vitest.scenarios.config.ts'],
  environment: { SCENARIOS: glob },
});

const tiers: Tier[] = [
  { name: 'unit', about: 'beside the code; SQLite and PostgreSQL', args: ['run'], prepare: preparePostgres },
  {
    name: 'simulated',
    about: 'whole system on a simulated fleet',
    ...scenarios('scenarios/simulated/!(*.proof).test.ts'),
  },
  {
    name: 'browser',
    about: "the web UI in Debian's Chromium, on a simulated fleet",
    ...scenarios('scenarios/browser/!(*.proof).test.ts'),
    prepare: prepareBrowser,
  },
  {
    name: 'real-incus',
    about: 'whole system on real Incus daemons',
    ...scenarios('scenarios/real-incus/!(*.proof).test.ts'),
    prepare: () => prepareLab() ?? prepareBrowser(),
  },
  {
    name: 'postgres',
    about: "the daemon's own suites again, on PostgreSQL",
    args: ['run', 'packages/daemon'],
    environment: { OPERATIONS_CENTER_TEST_DATABASE: 'postgres' },
    prepare: requirePostgres,
    isLong: true,
  },
  {
    name: 'proofs',
    about: 'every record of every step, and chaos, in process',
    args: ['run'],
    environment: { PROOFS: '1' },
    isLong: true,
  },
  {
    name: 'simulated-proofs',
    about: 'kills, chaos, failures, two daemons on a simulated fleet',
    ...scenarios('scenarios/simulated/*.proof.test.ts'),
    prepare: requirePostgres,
    isLong: true,
  },
  {
    name: 'real-incus-proofs',
    about: 'kills and failures on real Incus daemons',
    ...scenarios('scenarios/real-incus/*.proof.test.ts'),
    prepare: prepareLab,
    isLong: true,
  },
];

const total: Count = { passed: 0, failed: 0, skipped: 0 };
const usage = `
Usage: npm test [-- TIER… | -- --all]      the short ones take less than ten minutes

${tiers.map(({ name, about, isLong }) => `  ${name.padEnd(18)} ${about}${isLong ? ' (long)' : ''}\n`).join('')}
  --all              the long ones, too

Example: npm test -- unit simulated
`;
const { values, positionals: names } = readCommandLine(usage, { all: { type: 'boolean', default: false } }, true);
const unknown = names.find((name) => tiers.every((tier) => tier.name !== name));
if (unknown !== undefined) refuseWords(`there is no tier "${unknown}"`, usage);
const isWanted = ({ name, isLong }: Tier): boolean =>
  values.all || (names.length === 0 ? isLong !== true : names.includes(name));
const bundle = spawnSync(node, [join(root, 'tools/bundle.ts')], { cwd: root, stdio: 'inherit' });
if (bundle.status !== 0) process.exit(1);
for (const tier of tiers.filter(isWanted)) await runTier(tier);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runTier(tier: Tier): Promise<void> {
  const started = performance.now();
  process.stdout.write(`\n== ${tier.name}: ${tier.about}\n`);
  const reason = tier.prepare?.();
  if (reason !== undefined) {
    const isFailure = process.env['CI'] === 'true';
    process.stdout.write(`${isFailure ? 'FAILED' : 'LEFT OUT'}: ${reason}\n`);
    if (isFailure) total.failed += 1;
    else total.skipped += 1;
    return;
  }
  const { code, lastLine } = await run(tier);
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lastLine) ?? [];
  total.passed += Number(passed ?? 0);
  total.failed += Number(failed ?? 0);
  total.skipped += Number(skipped ?? 0);
  // A runner that died without a count, or failed without a failed test, is a failure all the same.
  if (code !== 0 && Number(failed ?? 0) === 0) total.failed += 1;
  process.stdout.write(`== ${tier.name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
}

function run(tier: Tier): Promise<{ code: number | null; lastLine: string }> {
  return new Promise((resolve) => {
    const child = spawn(node, [vitest, ...tier.args], {
      cwd: root,
      env: { ...process.env, ...(values.all && { TEST_RETRY: '1' }), ...tier.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let lastLine = '';
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk);
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      lastLine = lines.filter((line) => line.trim() !== '').at(-1) ?? lastLine;
    });
    child.once('close', (code) => resolve({ code, lastLine: lastLine.trim() }));
  });
}

/** The store tests run on PostgreSQL too; Debian's package is enough. */
function preparePostgres(): undefined {
  if (!isRoot || has('/usr/lib/postgresql') || !canApt()) return undefined;
  apt('install', '-y', '-q', '--no-install-recommends', 'postgresql');
  return undefined;
}

function requirePostgres(): string | undefined {
  preparePostgres();
  return has('/usr/lib/postgresql') ? undefined : 'there is no PostgreSQL under /usr/lib/postgresql';
}

/** Debian's own: nothing is fetched from anywhere else. */
function prepareBrowser(): string | undefined {
  if (!has('/usr/bin/chromium') && isRoot && canApt())
    apt('install', '-y', '-q', '--no-install-recommends', 'chromium');
  return has('/usr/bin/chromium')
    ? undefined
    : 'there is no Chromium at /usr/bin/chromium (Debian: apt-get install chromium)';
}

function prepareLab(): string | undefined {
  if (!isRoot) return 'real Incus daemons need root: network namespaces and mounts';
  if (!canApt()) return 'real Incus daemons come from Debian packages, and there is no apt here';
  const missing = ['ip', 'nsenter', 'unshare', 'curl', 'openssl', 'findmnt', 'setsid', 'xz'].filter(
    (name) => !inPath(name),
  );
  if (missing.length > 0)
    apt('install', '-y', '-q', '--no-install-recommends', 'iproute2', 'util-linux', 'curl', 'openssl', 'xz-utils');
  const lab = spawnSync(join(root, 'tools/incus-lab/incus-lab.sh'), ['rootfs'], {
    stdio: 'inherit',
    env: { ...process.env, INCUS_LAB_DIR: labCache, INCUS_LAB_CACHE: labCache },
  });
  return lab.status === 0 ? undefined : 'the packages of Incus could not be fetched';
}

function apt(...args: string[]): void {
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
  spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function canApt(): boolean {
  return inPath('apt-get') && inPath('dpkg-deb');
}

function inPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => has(join(folder, name)));
}

function has(path: string): boolean {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
