import { at, type BareReply, joinTokenOf, makeBareClient } from './bare-client.ts';
import type { KeyPair } from './load.ts';
import type { RecordedCall } from './recording.ts';

export type ReplayServer = { name: string; url: string; address: string };

/**
 * Sends a recorded creation to other servers: the same calls, each as soon as those it waited for are answered. What
 * servers make up (tokens, certificates, ids of operations) is taken from the answers. Returns the milliseconds.
 */
export async function replay(
  recorded: readonly RecordedCall[],
  was: readonly ReplayServer[],
  now: readonly ReplayServer[],
  identity: KeyPair,
): Promise<number> {
  const client = makeBareClient(identity);
  const names = new Map(was.map((server, index) => [server.name, now[index] ?? server]));
  const rename = renamer(was, now);
  const known = { certificate: '', tokens: new Map<string, string>(), operations: new Map<string, string[]>() };
  const ids = operationIds(recorded);
  const started = performance.now();
  const done: Promise<void>[] = [];
  const send = async (call: RecordedCall, index: number): Promise<void> => {
    await Promise.all(call.after.map((before) => done[before] ?? Promise.resolve()));
    const server = names.get(call.server);
    if (server === undefined) throw new Error(`a call to ${call.server}, which is no server of the creation`);
    const made = ids.get(index);
    const operation = made === undefined ? undefined : known.operations.get(`${server.name} ${made.order}`)?.[0];
    const path = rename(made === undefined ? call.path : call.path.replace(made.id, operation ?? made.id));
    const body = call.body === undefined ? undefined : fill(JSON.parse(rename(JSON.stringify(call.body))), known);
    const reply = await client.call(server.url, call.method, path, body);
    if (reply.status !== call.status)
      throw new Error(
        `replay: ${call.method} ${path} on ${server.name}: ${reply.status}, was ${call.status}: ${JSON.stringify(reply.json?.['error'])}`,
      );
    remember(known, server.name, call, index, reply);
    if (isBootstrapped(recorded, call)) client.forget(server.url);
  };
  for (const [index, call] of recorded.entries()) {
    const sent = send(call, index);
    // Whoever waits for it is told; nobody may.
    sent.catch(() => undefined);
    done.push(sent);
  }
  try {
    await Promise.all(done);
    return performance.now() - started;
  } finally {
    client.close();
  }
}

/** Names and addresses of the recorded servers become those of the new ones, as whole words. */
function renamer(was: readonly ReplayServer[], now: readonly ReplayServer[]): (text: string) => string {
  const words = new Map<string, string>();
  for (const [index, server] of was.entries()) {
    words.set(server.name, now[index]?.name ?? '');
    words.set(server.address, now[index]?.address ?? '');
  }
  const any = new RegExp(
    `(?<![\\w.])(?:${[...words.keys()].map((word) => word.replaceAll('.', '\\.')).join('|')})(?![\\w])`,
    'g',
  );
  return (text) => text.replace(any, (word) => words.get(word) ?? word);
}

type Known = { certificate: string; tokens: Map<string, string>; operations: Map<string, string[]> };

/** Which waiting call asks about which operation: the first one of its server that nobody has asked about yet. */
function operationIds(recorded: readonly RecordedCall[]): Map<number, { id: string; order: number }> {
  const orders = new Map<string, { id: string; order: number }>();
  const begun = new Map<string, number[]>();
  const found = new Map<number, { id: string; order: number }>();
  for (const [index, call] of recorded.entries()) {
    if (call.status === 202) begun.set(call.server, [...(begun.get(call.server) ?? []), index]);
    const id = /\/1\.0\/operations\/([0-9a-f-]{36})/.exec(call.path)?.[1];
    if (id === undefined) continue;
    const order = orders.get(id) ?? { id, order: begun.get(call.server)?.shift() ?? -1 };
    orders.set(id, order);
    found.set(index, order);
  }
  return found;
}

function remember(known: Known, server: string, call: RecordedCall, index: number, reply: BareReply): void {
  const operation = at(reply.json, 'operation');
  if (reply.status === 202 && typeof operation === 'string')
    known.operations.set(`${server} ${index}`, [operation.split('/').at(-1) ?? '']);
  if (call.method === 'POST' && call.path.startsWith('/1.0/cluster/members') && reply.status < 300) {
    const { name, token } = joinTokenOf(reply);
    known.tokens.set(name, token);
  }
  // The first server shows the cluster's certificate on connections made after its bootstrap.
  if (call.method === 'POST' && call.path.startsWith('/1.0/cluster/members')) known.certificate = reply.shown();
}

/** The bootstrap's operation has ended: from here on that server shows another certificate. */
const isBootstrapped = (recorded: readonly RecordedCall[], call: RecordedCall): boolean =>
  call.path.includes('/wait') &&
  recorded.find(({ path, method }) => method === 'PUT' && path === '/1.0/cluster')?.server === call.server;

/** A joiner is given the new cluster's certificate and its own token. */
function fill(body: unknown, known: Known): unknown {
  if (typeof body !== 'object' || body === null || !('cluster_token' in body) || !body.cluster_token) return body;
  const name = 'server_name' in body ? String(body.server_name) : '';
  return { ...body, cluster_token: known.tokens.get(name), cluster_certificate: known.certificate };
}
