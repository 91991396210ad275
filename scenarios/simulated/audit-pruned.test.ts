import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, until, type World } from '../lib/world.ts';

let world: World;
/** Test clock of the daemon and its fleet. */
const clock = join(process.env['TMPDIR'] ?? '/tmp', `audit-clock-${process.pid}.json`);
beforeAll(async () => {
  writeFileSync(clock, JSON.stringify({ base_ms: Date.now(), rate: 1, offset_ms: 0 }));
  Object.assign(process.env, { OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_CLOCK: clock });
  world = await startWorld({ servers: 1 });
});
afterAll(async () => {
  delete process.env['OPERATIONS_CENTER_TEST_CLOCK'];
  await world.stop();
  rmSync(clock);
});

async function listAudit(...more: string[]): Promise<AuditEntry[]> {
  const listed = await world.daemon.cli('audit', 'list', '-f', 'json', ...more);
  expect(listed).toMatchObject({ exit: 0 });
  return JSON.parse(listed.stdout) as AuditEntry[];
}

test('what is older than is kept goes when its time has come, verify says so and proves the rest', async () => {
  const { daemon } = world;
  const shown = await daemon.client('system_settings_show');
  if (shown.kind !== 'ok') throw new Error('no settings');
  const refused = await daemon.client('system_settings_update', { body: { ...shown.metadata, audit_kept_days: 7 } });
  expect(refused).toMatchObject({ kind: 'fault', status: 400, code: 'body_invalid' });
  await daemon.client('system_settings_update', { body: { ...shown.metadata, audit_kept_days: 30 } });
  const [oldest] = (await listAudit()).slice(-1);
  expect(oldest).toMatchObject({ number: 1, what: 'daemon-started' });
  writeFileSync(clock, JSON.stringify({ offset_ms: 40 * 86_400_000 }));
  const pruned = async () => (await listAudit('--what', 'audit-pruned'))[0];
  await until('the audit to be pruned', async () => (await pruned()) !== undefined);
  const up_to = Number((await pruned())?.detail['up_to']);
  await until('the old entries to be gone', async () => (await listAudit()).at(-1)?.number !== 1);
  const verified = await daemon.cli('audit', 'verify');
  expect(verified).toMatchObject({ exit: 0 });
  expect(verified.stdout).toContain(
    `Verified from entry ${up_to + 1} on: those up to ${up_to} were removed by policy (kept for 30 days)`,
  );
});
