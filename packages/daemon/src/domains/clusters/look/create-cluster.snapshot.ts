import { Fault } from '@operations-center/contract';
import { nearestWord } from '@operations-center/documents';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import { makeTurns } from '../../../platform/turns.ts';
import type { RegisteredServer } from '../../servers/membership.ts';
import type { Server } from '../../servers/server.ts';
import type { Facts, Read, ServerFacts } from '../checks/facts.ts';
import { refuseServer } from '../cluster.rules.ts';
import { goQuote } from '../connection-url.rules.ts';
import type { CreateRequest } from '../creation/create-request.rules.ts';
import { serviceNames, servicesOf } from '../creation/own-values.rules.ts';
import { lookAtLvm, toLvmSeen } from '../lvm/lvm-looks.snapshot.ts';
import { asksForLvm } from '../lvm/lvm-request.rules.ts';
import type { Snapshot } from './creation-facts.ts';
import { machineOf } from './server-facts.rules.ts';
import { type LookParts, lookAtServer } from './server-look.snapshot.ts';

/** Looks at once: each asks every server of its creation some thirty things, and deadlines must not pass in a queue of our own. */
const looksAtOnce = 4;
const takeTurn = makeTurns(looksAtOnce);
let asking = 0;

/** A second is enough for a server to say that it is there; in a crowd of looks we ourselves may need longer to hear it. */
const pingMs = (): number => (asking > looksAtOnce ? 5_000 : 1_000);
/** Likewise for a single answer: a person waits for all of them together. */
const callMs = (): number => (asking > looksAtOnce ? 5_000 : 2_500);

/** What the servers say, as far as they said it. */
export type Look = Pick<Facts, 'servers' | 'keys' | 'lvm'> & {
  /** Epoch milliseconds of its beginning. */
  looked_at: number;
};

type LookAsk = {
  request: CreateRequest;
  servers: readonly Server[];
  registered: readonly RegisteredServer[];
  totalMs: number;
};

/** Asks all servers at once and changes nothing; many looks take turns, and the time for one begins with its turn. */
export function takeLook(parts: LookParts, ask: LookAsk): Promise<Look> {
  const askedMs = performance.now();
  asking += 1;
  return takeTurn(() => lookNow(parts, ask, askedMs)).finally(() => {
    asking -= 1;
  });
}

async function lookNow(
  parts: LookParts,
  { request, servers, registered, totalMs }: LookAsk,
  askedMs: number,
): Promise<Look> {
  const looked_at = parts.nowMs();
  const signal = AbortSignal.timeout(totalMs);
  const names = new Set(servers.map(({ name }) => name));
  const others = asksForLvm(request) ? registered.filter((server) => !names.has(server.name)) : [];
  const wish = { services: serviceNames(request), pingMs: pingMs(), callMs: callMs(), totalMs };
  const [looks, lvm] = await Promise.all([
    Promise.all(servers.map((server, at) => lookAtServer(parts, server, { ...wish, keys: at === 0 }, signal))),
    lookAtLvm(parts, others, { signal, askedMs }),
  ]);
  const found = servers.flatMap((server, at): ServerFacts[] => {
    const look = looks[at];
    return look === undefined ? [] : [{ name: server.name, server, machine: machineOf(server), live: look.live }];
  });
  const own = found.flatMap(({ server, live }) => {
    const read = live.services['lvm'];
    return read?.ok === true && read.value !== undefined ? [toLvmSeen(server, read.value.config)] : [];
  });
  const unread = { ok: false, why: 'there is no server', code: '', call: '', status: null, error: null } as const;
  return {
    servers: found,
    keys: looks[0]?.keys ?? unread,
    lvm: asksForLvm(request) ? [...own, ...lvm.seen] : [],
    looked_at: Math.min(looked_at, lvm.looked_at),
  };
}

/** What a plan is made from; thrown is what OC's route refuses with, of the first server that has a problem. */
export function snapshotOf(look: Look, request: CreateRequest): Snapshot {
  const servers = look.servers.map((facts, at) => {
    const { name, server, machine, live } = facts;
    const ping = `Connection test for server ${goQuote(name)} failed`;
    need(ping, name, live.ping);
    const incus = need(ping, name, live.incus);
    checkStandalone(facts, incus);
    const network = need(`Failed to read the network of server ${goQuote(name)}`, name, live.network);
    const services = Object.fromEntries(servicesOf(request, name).map((wanted) => needService(facts, wanted.name)));
    const contents = need(`Failed to read what server ${goQuote(name)} holds`, name, live.contents);
    if (at > 0) checkEmpty(name, contents);
    const certificates = need(`Failed to read whom server ${goQuote(name)} trusts`, name, live.certificates);
    return { server, machine, network, services, config: incus.config, contents, certificates };
  });
  const [first] = look.servers;
  const prefix = `Failed to read the configuration keys of server ${goQuote(first?.name ?? '')}`;
  const local_scope = first === undefined ? {} : need(prefix, first.name, look.keys).local_scope;
  return { servers, lvm: look.lvm, local_scope, looked_at: look.looked_at };
}

type Incus = Extract<ServerFacts['live']['incus'], { ok: true }>['value'];

function checkStandalone({ name }: ServerFacts, { auth, environment }: Incus): void {
  if (auth !== 'trusted' || environment === undefined) {
    throw refuseServer('cluster_server_unsuitable', name, 'does not trust our client certificate', {});
  }
  if (!environment.server_clustered) return;
  const fault = refuseServer('cluster_server_taken', name, 'is a member of an Incus cluster already', {});
  throw new Fault(fault.code, fault.message, { details: fault.details, hint: memberHint });
}

/** Its row says no cluster: it was deleted by force, or clustered by hand, and the server itself still is a member. */
const memberHint =
  'The server itself says so, whatever our list says: take it out of that cluster from another member of it (incus cluster remove NAME --force). The last member cannot be removed: factory-reset it from its console.';

/** A server that joins loses what it holds; the first one keeps it. */
function checkEmpty(name: string, contents: readonly string[]): void {
  if (contents.length === 0) return;
  const why = `is not empty (${contents.slice(0, 5).join(', ')}), and a server that joins loses what it holds`;
  throw refuseServer('cluster_server_unsuitable', name, why, { contents: [...contents] });
}

function needService({ name, live }: ServerFacts, service: string): [string, Record<string, unknown>] {
  const prefix = `Failed to enable OS service ${goQuote(service)} on ${goQuote(name)}`;
  const known = need(prefix, name, live.known_services);
  const read = live.services[service];
  const found = read === undefined ? undefined : need(prefix, name, read);
  if (found !== undefined) return [service, found.config];
  const meant = nearestWord(service, known);
  const question = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  const has = [...known].sort().join(', ');
  throw new Fault('service_unknown', `${prefix}: not found${question}; this IncusOS has ${has}`, {
    details: { server: name, service, services: [...known] },
  });
}

/** A failed question as the fault of the request: nothing was changed yet. */
function need<T>(prefix: string, server: string, read: Read<T>): T {
  if (read.ok) return read.value;
  const { code, call, status, error } = read;
  const reason = error instanceof FleetFailure ? error.reason : read.why;
  const details = { server, reason: code, call, status };
  throw new Fault('cluster_server_unreachable', `${prefix}: ${reason}`, { details, cause: error });
}
