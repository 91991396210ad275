import { encodeJoinToken, JoinTokenMetadata } from '@operations-center/fleet-protocol';
import { makeCertificate } from '@operations-center/tls';
import type { GrowthWish } from './content.ts';
import type { FaultPort, IncusMember, IncusReply, IncusRequest, MemberOptions, ServerCertificate } from './member.ts';
import { makeIncusWorld } from './world.ts';

/** A world for tests: a clock that is moved by hand, timers that run when it passes them, named faults. */
export async function makeTestWorld(servers: number, options: Partial<MemberOptions> = {}, content?: GrowthWish) {
  let now = Date.parse('2026-11-22T20:00:00Z');
  let seed = 7;
  const timers: { at: number; run: () => void }[] = [];
  const faults = new Map<string, string | undefined>();
  const port: FaultPort = {
    active: (fault, server, argument) => {
      const key = [...faults.keys()].find(
        (one) => one === `${fault}@${server}` || one === `${fault}@${server}:${argument}`,
      );
      const arg = key === undefined ? undefined : faults.get(key);
      if (key === undefined) return undefined;
      return arg === undefined ? {} : { arg };
    },
  };
  const world = makeIncusWorld({
    clock: { nowMs: () => now },
    random: () => (seed = (seed * 16807) % 2147483647) / 2147483647,
    faults: port,
    afterMs: (ms, run) => void timers.push({ at: now + ms, run }),
    clusterCurve: 'P-256',
    ...(content === undefined ? {} : { content }),
  });
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    for (const timer of timers.splice(0))
      if (timer.at <= now) timer.run();
      else timers.push(timer);
    await settle();
  };
  const administrator = await certificateFor('administrator');
  const members: IncusMember[] = [];
  for (let index = 1; index <= servers; index++) {
    const name = `server${index}`;
    const member = world.makeMember({
      name,
      addresses: { management: `127.77.0.${index}`, cluster: `127.77.0.${index}` },
      certificate: await certificateFor(name),
      interfaces: [
        {
          name: 'eth0',
          roles: ['management', 'cluster'],
          addresses: [`127.77.0.${index}`],
          hwaddr: '10:66:6a:00:00:01',
        },
      ],
      ...options,
    });
    member.trust({ name: 'operations-center', certificate: administrator.certificate });
    members.push(member);
  }
  return { members, administrator, faults, advance, ask: asker(members, administrator), world };
}

const certificates = new Map<string, ServerCertificate>();
async function certificateFor(name: string): Promise<ServerCertificate> {
  const made = certificates.get(name) ?? (await makeCertificate({ commonName: name, dnsNames: [name] }));
  certificates.set(name, made);
  return made;
}

/** Lets everything that needs no time run to its end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
}

// Tests pick answers apart freely: what is not there fails the expectation.
// oxlint-disable-next-line no-explicit-any
export type Loose = any;
export type Asked = { status: number; error: string; metadata: Loose; reply: IncusReply };
export type Asker = (
  server: number,
  method: string,
  path: string,
  body?: unknown,
  extra?: Partial<IncusRequest>,
) => Promise<Asked>;

function asker(members: IncusMember[], client: ServerCertificate): Asker {
  return async (server, method, url, body, extra = {}) => {
    const member = members[server - 1];
    if (member === undefined) throw new Error(`no server ${server}`);
    const [path = '', search = ''] = url.split('?');
    const reply = await member.handle({
      method,
      path,
      query: new URLSearchParams(search),
      headers: {},
      body: Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)),
      clientFingerprint: client.fingerprint,
      clientCertificatePem: client.certificate,
      signal: new AbortController().signal,
      ...extra,
    });
    const text = reply.later === undefined ? String(reply.body) : await reply.later;
    const answer = text === '' ? {} : JSON.parse(text);
    return { status: reply.status, error: answer.error ?? '', metadata: answer.metadata, reply };
  };
}

/** Waits for the operation of an asynchronous answer and gives its last state. */
export async function finish(ask: Asker, server: number, asked: Asked): Promise<Loose> {
  if (asked.status !== 202) throw new Error(`not accepted: ${asked.status} ${asked.error}`);
  return (await ask(server, 'GET', `/1.0/operations/${asked.metadata.id}/wait`)).metadata;
}

export const address = (server: number): string => `127.77.0.${server}:8443`;

export async function setAddresses(ask: Asker, server: number): Promise<void> {
  const config = { 'core.https_address': address(server), 'cluster.https_address': address(server) };
  const { status, error } = await ask(server, 'PUT', '/1.0', { config });
  if (status !== 200) throw new Error(error);
}

export async function bootstrap(ask: Asker, server = 1): Promise<string> {
  await setAddresses(ask, server);
  const operation = await finish(
    ask,
    server,
    await ask(server, 'PUT', '/1.0/cluster', { server_name: `server${server}`, enabled: true }),
  );
  if (operation.status !== 'Success') throw new Error(operation.err);
  return operation.metadata.certificate;
}

export async function joinBody(
  ask: Asker,
  server: number,
  certificate: string,
  name = `server${server}`,
): Promise<Record<string, unknown>> {
  const { metadata } = (await ask(1, 'POST', '/1.0/cluster/members', { server_name: name })).metadata;
  return {
    server_name: name,
    enabled: true,
    server_address: address(server),
    cluster_address: address(1),
    cluster_certificate: certificate,
    cluster_token: encodeJoinToken(JoinTokenMetadata.parse(metadata)),
    member_config: null,
  };
}

/** A cluster of all servers, formed as Operations Center forms it. Gives the cluster's certificate. */
export async function formCluster(ask: Asker, servers: number): Promise<string> {
  const certificate = await bootstrap(ask);
  for (let server = 2; server <= servers; server++) {
    await setAddresses(ask, server);
    const body = await joinBody(ask, server, certificate);
    const operation = await finish(ask, server, await ask(server, 'PUT', '/1.0/cluster', body));
    if (operation.status !== 'Success') throw new Error(operation.err);
  }
  return certificate;
}

/** A cluster with a pool, so that there is something for instances to be on. */
export async function formFullCluster(ask: Asker, servers: number): Promise<void> {
  await formCluster(ask, servers);
  for (let server = 1; server <= servers; server++)
    await ask(1, 'POST', `/1.0/storage-pools?target=server${server}`, { name: 'local', driver: 'dir' });
  await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
}
