import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadIdentity, makeIdentity } from '../../platform/keys/identity.ts';
import { makeSealingKey } from '../../platform/keys/sealing-key.ts';
import { findStateDirectory, prepareStateDirectory, type StateDirectory } from '../../platform/state-directory.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { findIdentityChange } from './identity.rules.ts';
import { loadKnownIdentity } from './identity.service.ts';

const known = { client: 'c', server: 's', sealing: 'k' };

test.each([
  ['nothing changed', {}, true, undefined],
  ['the client certificate, while servers trust it', { client: 'x' }, true, 'client'],
  ['the server certificate, while servers pin it', { server: 'x' }, true, 'server'],
  ['both certificates, while no server knows us', { client: 'x', server: 'x' }, false, undefined],
  ['the sealing key, whoever knows us', { sealing: 'x' }, false, 'sealing'],
])('%s', (_, change, hasServers, part) => {
  expect(findIdentityChange(known, { ...known, ...change }, hasServers)?.part).toBe(part);
});

/** A state directory with its keys, started once. */
async function startedOnce() {
  const directory = mkdtempSync(join(tmpdir(), 'known-identity-'));
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: directory }, false);
  prepareStateDirectory(state);
  await makeKeys(state);
  const database = await openTestDatabase(state.database);
  const start = (hasServers: boolean) =>
    loadKnownIdentity({ database, state, givenKeys: [], shown: state.database, hasServers: async () => hasServers });
  await start(false);
  const exchange = async (...files: (keyof StateDirectory)[]) => {
    for (const file of files) rmSync(state[file]);
    await makeKeys(state);
  };
  return {
    state,
    start,
    exchange,
    async [Symbol.asyncDispose]() {
      await database.close();
      rmSync(directory, { recursive: true });
    },
  };
}

async function makeKeys(state: StateDirectory): Promise<void> {
  await makeIdentity(state);
  makeSealingKey(state.sealingKey);
}

test.each([
  ['client', 'clientCertificate', 'trust'],
  ['server', 'serverCertificate', 'pin'],
] as const)('another %s certificate: both fingerprints are named while servers are known', async (part, file, verb) => {
  await using world = await startedOnce();
  const before = loadIdentity(world.state)[part].fingerprint;
  await world.exchange(file, `${part}Key`);
  const now = loadIdentity(world.state)[part].fingerprint;
  await expect(world.start(true)).rejects.toThrow(
    `${world.state[file]} has fingerprint ${now}, but the registered servers ${verb} ${before}.`,
  );
  // A refusal changes nothing: the next start is refused as well.
  await expect(world.start(true)).rejects.toThrow(before);
  await world.start(false);
  expect((await world.start(true)).identity[part].fingerprint).toBe(now);
});

test('another sealing key is refused before anything is opened with it', async () => {
  await using world = await startedOnce();
  await world.exchange('sealingKey');
  await expect(world.start(false)).rejects.toThrow(/sealing\.key is not the key with which the secrets/);
});

test('a certificate that is lost is named with its fingerprint', async () => {
  await using world = await startedOnce();
  const { fingerprint } = loadIdentity(world.state).client;
  rmSync(world.state.clientCertificate);
  await expect(world.start(true)).rejects.toThrow(new RegExp(`client\\.crt is missing.*${fingerprint}`));
});
