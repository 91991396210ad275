import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeEyes } from './incus-eyes.ts';
import type { Creation } from './matrix-cases.ts';
import { type Guests, makeGuests } from './matrix-files.ts';
import { type Made, type MatrixWorld, serversNeeded } from './matrix-world.ts';
import { lastOperation } from './story.ts';

/** Makes one cluster of the matrix, as a user does: two files and one command. */
export async function makeCluster(world: MatrixWorld, creation: Creation): Promise<Made> {
  const servers = creation.servers.map((number) => {
    const server = world.servers[number - 1];
    if (server === undefined) throw new Error(`the matrix needs ${serversNeeded} servers`);
    return server;
  });
  const eyes = makeEyes(world.daemon);
  const guests = await makeGuests(world.daemon.directory);
  await creation.prepare?.({ eyes, servers, guests });
  const before = (await world.received()).length;
  const { daemon } = world;
  const ran = await daemon.cli(
    ...['provisioning', 'cluster', 'add', creation.cluster, servers[0]?.url ?? ''],
    ...['--server-names', servers.map(({ name }) => name).join(',')],
    ...writeFiles(world, creation, guests),
  );
  const operation = await lastOperation(daemon);
  const received = (await world.received()).slice(before);
  const changes = received.filter(({ method }) => method !== 'GET');
  return { world, cluster: creation.cluster, servers, eyes, guests, ran, operation, changes };
}

function writeFiles(world: MatrixWorld, { cluster, files }: Creation, guests: Guests): string[] {
  const folder = join(world.directory, 'files', cluster);
  mkdirSync(folder, { recursive: true });
  const { services, application } = files(guests, world.extra);
  return [
    ...(services === undefined ? [] : ['--services-config', write(folder, services)]),
    ...(application === undefined ? [] : ['--application-seed-config', write(folder, application)]),
  ];
}

function write(folder: string, [name, text]: readonly [name: string, text: string]): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
