import { expect } from 'vitest';
import type { Eyes } from './incus-eyes.ts';

import {
  applicationJson,
  applicationYaml,
  type Guests,
  nvme,
  otherNvme,
  pageServices,
  withBom,
  withCrlf,
  wrappedServices,
} from './matrix-files.ts';
import type { Made, MatrixWorld } from './matrix-world.ts';
import { expectInventory } from './story.ts';

/** One cluster, and everything that can be seen on it: each case is one line of the table. */
export type Creation = {
  cluster: string;
  /** Numbers of the world's servers, in the order in which they are named. */
  servers: readonly number[];
  prepare?(ground: { eyes: Eyes; servers: readonly { name: string; url: string }[]; guests: Guests }): Promise<void>;
  files(guests: Guests, extra: MatrixWorld['extra']): { services?: File; application?: File };
  cases: readonly Case[];
};
type File = readonly [name: string, text: string];
export type Case = readonly [name: string, check: (made: Made) => Promise<void> | void];

const alone: Creation = {
  cluster: 'alone',
  servers: [1],
  files: (_guests, { yaml }) => (yaml === '' ? {} : { application: ['application.yaml', yaml] }),
  cases: [
    ['one server is a whole cluster', (made) => expectMembers(made)],
    ['one server has an inventory', ({ world, cluster }) => expectInventory(world.daemon, cluster, 1)],
    [
      'neither of the two files: no service is touched',
      async ({ eyes, servers, changes }) => {
        expect(changes.filter(({ path }) => path.startsWith('/os/1.0/services/'))).toEqual([]);
        expect(await configOf(eyes, urlOf(servers, 0), 'lvm')).toMatchObject({ enabled: false });
      },
    ],
  ],
};

const pair: Creation = {
  cluster: 'pair',
  servers: [2, 3],
  files: (_guests, { yaml }) => ({
    services: ['services.json', wrappedServices],
    ...(yaml === '' ? {} : { application: ['application.yaml', yaml] }),
  }),
  cases: [
    ['two servers are a cluster', (made) => expectMembers(made)],
    [
      'two servers: a warning, no refusal',
      ({ operation, ran }) => {
        const told = operation.metadata.warnings.map(({ message }) => message);
        expect(told.filter((message) => message.startsWith('member-count: 2 members'))).toHaveLength(1);
        expect(ran.stderr).toContain('Warning: member-count: 2 members');
      },
    ],
    ['services as JSON, {config: {…}} around each', ({ eyes, servers }) => expectServices(eyes, servers)],
    [
      'system_id: 0 written out: each server gets an id of its own',
      async ({ eyes, servers }) => {
        const ids = await lvmIds(eyes, servers);
        expect(ids.every((id) => id > 0)).toBe(true);
        expect(new Set(ids).size).toBe(servers.length);
      },
    ],
    [
      'nvme written before lvm: given in that order',
      ({ changes, servers }) =>
        expect(servers.map(({ name }) => servicesSent(changes, name))).toEqual(servers.map(() => ['nvme', 'lvm'])),
    ],
    [
      'only the services file: no configuration of Incus but the default one',
      async ({ eyes, servers }) => {
        const { config } = await eyes.get<{ config: Record<string, string> }>(urlOf(servers, 0), '/1.0');
        expect(Object.keys(config)).not.toContain('user.ui.title');
        expect(config['storage.backups_volume']).toBe('local/backups');
      },
    ],
  ],
};

const multipath = { enabled: true };

const trio: Creation = {
  cluster: 'trio',
  servers: [6, 4, 5],
  async prepare({ eyes, servers, guests }) {
    await eyes.change('PUT', urlOf(servers, 0), '/os/1.0/services/multipath', { config: multipath });
    await eyes.change('PUT', urlOf(servers, 1), '/os/1.0/services/nvme', { config: nvme });
    await eyes.change('PUT', urlOf(servers, 1), '/os/1.0/services/lvm', { config: { enabled: true, system_id: 77 } });
    await eyes.change('PUT', urlOf(servers, 2), '/os/1.0/services/nvme', { config: otherNvme });
    const certificate = guests.trusted.pem.replace(/-----[^-]+-----|\s/g, '');
    await eyes.change('POST', urlOf(servers, 0), '/1.0/certificates', { name: 'before', type: 'client', certificate });
  },
  files: (guests, extra) => ({
    services: ['services.yaml', withCrlf(pageServices)],
    application: ['application.yaml', withBom(applicationYaml(guests, extra.yaml))],
  }),
  cases: [
    ['three servers are a cluster', (made) => expectMembers(made)],
    [
      'in another order: the first one named bootstraps',
      ({ changes, servers }) => {
        const bootstraps = changes.filter(({ path }) => path.startsWith('/1.0/cluster/members'));
        expect(new Set(bootstraps.map(({ server }) => server))).toEqual(new Set([servers[0]?.name]));
        expect(bootstraps).toHaveLength(2);
      },
    ],
    ['services as YAML with CRLF, lvm before nvme', ({ eyes, servers }) => expectServices(eyes, servers)],
    [
      'application as YAML with a byte order mark',
      async ({ eyes, servers, guests }) => {
        await expectTitle(eyes, urlOf(servers, 0));
        expect((await trustedOf(eyes, servers)).get(guests.me.fingerprint)).toMatchObject({ name: 'my-client-cert' });
      },
    ],
    [
      'services already equal: no call, and the lvm id is kept',
      async ({ eyes, servers, changes }) => {
        expect(servicesSent(changes, servers[1]?.name ?? '')).toEqual([]);
        expect((await lvmIds(eyes, servers))[1]).toBe(77);
      },
    ],
    [
      'a service that is different: replaced whole',
      async ({ eyes, servers, changes }) => {
        expect(await configOf(eyes, urlOf(servers, 2), 'nvme')).toMatchObject(nvme);
        expect(servicesSent(changes, servers[2]?.name ?? '')).toEqual(['nvme', 'lvm']);
      },
    ],
    [
      'a service that is there but not named: untouched',
      async ({ eyes, servers, changes }) => {
        expect(await configOf(eyes, urlOf(servers, 0), 'multipath')).toMatchObject(multipath);
        expect(servicesSent(changes, servers[0]?.name ?? '')).not.toContain('multipath');
      },
    ],
    [
      'a certificate with its chain: the leaf alone is trusted, and we are told',
      async ({ eyes, servers, guests, ran }) => {
        const trusted = await trustedOf(eyes, servers);
        expect(trusted.get(guests.chained.fingerprint)).toMatchObject({ name: 'chained' });
        expect(trusted.has(guests.issuer.fingerprint)).toBe(false);
        expect(ran.stderr).toContain('2 certificates are given');
      },
    ],
    [
      'a certificate that was trusted before: trusted once, as the file says',
      async ({ eyes, servers, guests }) =>
        expect((await trustedOf(eyes, servers)).get(guests.trusted.fingerprint)).toMatchObject({
          name: 'trusted-before',
          restricted: false,
        }),
    ],
    [
      'a certificate equal to ours: left as it is',
      async ({ eyes, servers, guests, operation }) => {
        expect((await trustedOf(eyes, servers)).get(guests.ours.fingerprint)).not.toMatchObject({ name: 'ours' });
        expect(operation.metadata.warnings.map(({ code }) => code)).toContain('own_certificate');
      },
    ],
    [
      'a certificate restricted to a project of the same file',
      async ({ eyes, servers, guests }) =>
        expect((await trustedOf(eyes, servers)).get(guests.limited.fingerprint)).toMatchObject({
          restricted: true,
          projects: ['team'],
        }),
    ],
    [
      'the same certificate twice: trusted once, and we are told',
      async ({ eyes, servers, guests, ran }) => {
        expect((await trustedOf(eyes, servers)).get(guests.twice.fingerprint)).toMatchObject({ name: 'once' });
        expect(ran.stderr).toContain('are the same certificate; it is trusted once');
      },
    ],
  ],
};

const five: Creation = {
  cluster: 'five',
  servers: [7, 8, 9, 10, 11],
  files: (guests, extra) => ({
    application: ['application.json', withBom(withCrlf(applicationJson(guests, extra.json)))],
  }),
  cases: [
    ['five servers are a cluster', (made) => expectMembers(made)],
    [
      'application as JSON, with CRLF and a byte order mark: the same as its YAML twin',
      async ({ eyes, servers, guests }) => {
        await expectTitle(eyes, urlOf(servers, 0));
        expect((await trustedOf(eyes, servers)).get(guests.me.fingerprint)).toMatchObject({
          name: 'my-client-cert',
          type: 'client',
          restricted: false,
        });
      },
    ],
    [
      'only the application file: no service is touched',
      ({ changes }) => expect(changes.filter(({ path }) => path.startsWith('/os/1.0/services/'))).toEqual([]),
    ],
  ],
};

export const creations: readonly Creation[] = [alone, pair, trio, five];

type Servers = readonly { name: string; url: string }[];

const urlOf = (servers: Servers, index: number): string => servers[index]?.url ?? '';

async function expectMembers({ world, eyes, servers, cluster }: Made): Promise<void> {
  type Member = { server_name: string; status: string };
  const members = await eyes.get<Member[]>(urlOf(servers, 0), '/1.0/cluster/members?recursion=1');
  expect(members.map((member) => [member.server_name, member.status]).sort()).toEqual(
    servers.map(({ name }) => [name, 'Online']).sort(),
  );
  const shown = await world.daemon.client('cluster_show', { params: { name: cluster } });
  expect(shown).toMatchObject({ kind: 'ok', metadata: { status: 'ready' } });
}

async function expectTitle(eyes: Eyes, url: string): Promise<void> {
  const { config } = await eyes.get<{ config: Record<string, string> }>(url, '/1.0');
  expect(config['user.ui.title']).toBe('My wonderful cluster');
}

const configOf = async (eyes: Eyes, url: string, service: string): Promise<Record<string, unknown>> =>
  (await eyes.get<{ config: Record<string, unknown> }>(url, `/os/1.0/services/${service}`)).config;

/** Both services of the page, on every server. */
async function expectServices(eyes: Eyes, servers: Servers): Promise<void> {
  for (const { url } of servers) {
    expect(await configOf(eyes, url, 'nvme')).toMatchObject(nvme);
    expect(await configOf(eyes, url, 'lvm')).toMatchObject({ enabled: true });
  }
}

const lvmIds = (eyes: Eyes, servers: Servers): Promise<number[]> =>
  Promise.all(servers.map(async ({ url }) => Number((await configOf(eyes, url, 'lvm'))['system_id'])));

const servicesSent = (changes: Made['changes'], server: string): string[] =>
  changes
    .filter((call) => call.server === server && call.path.startsWith('/os/1.0/services/'))
    .map(({ path }) => path.replace('/os/1.0/services/', ''));

type Trusted = { name: string; type: string; fingerprint: string; restricted: boolean; projects: string[] };

async function trustedOf(eyes: Eyes, servers: Servers): Promise<Map<string, Trusted>> {
  const list = await eyes.get<Trusted[]>(urlOf(servers, 0), '/1.0/certificates?recursion=1');
  return new Map(list.map((one) => [one.fingerprint, one]));
}
