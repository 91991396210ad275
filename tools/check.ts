/** Every check that needs no running system: `npm run check`, and the first half of `.ci/run`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = join(root, 'bin/node24');

const checks: [name: string, command: string, ...args: string[]][] = [
  ['types', node, 'node_modules/tsnative/bin/tsc', '-p', '.'],
  ['types of the UI', node, 'node_modules/tsnative/bin/tsc', '-p', 'packages/ui'],
  ['lint', 'npx', 'oxlint', '--type-aware', '--quiet', 'packages', 'scenarios', 'tools'],
  ['format', 'npx', 'biome', 'check', '--linter-enabled=false', '.'],
  ['rooms', node, 'tools/check-rooms.ts'],
  ['unused', 'npx', 'knip', '--no-progress'],
  ['generated', node, 'tools/generate.ts', '--check'],
  ['links', node, 'tools/check-links.ts'],
];

let failed = 0;
for (const [name, command, ...args] of checks) {
  const started = performance.now();
  const run = spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = run.status === 0;
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
  if (ok) continue;
  failed += 1;
  process.stdout.write(`${run.stdout}${run.stderr}\n`);
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
