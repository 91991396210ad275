import { type JoinTokenMetadata, OPERATION_CODES } from '@operations-center/fleet-protocol';
import type { Call, Fields } from './call.ts';
import { bodyOf, checkName } from './call.ts';
import { emitLifecycle } from './events.ts';
import type { Machine } from './machine.ts';
import { machineOn, randomHex, shownCertificate, stamp } from './machine.ts';
import type { Operation } from './operation-state.ts';
import { clusterOperations, endOperation, openOperation } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError } from './reply.ts';

/** `POST /1.0/cluster/members`: a token for one member to come; an unused one for the same name ends. */
export function createJoinToken(call: Call): Answer {
  if (call.data.cluster === null) throw new IncusError(400, 'This server is not clustered');
  const name = bodyOf(call, 'ClusterMembersPost').text('server_name');
  checkName(name, 'Invalid cluster member name');
  if (call.data.members.some((row) => row.name === name)) {
    throw new IncusError(500, `The cluster already has a member with name: ${name}`);
  }
  const addresses = call.data.members
    .filter(
      (row) => row.raft !== 'spare' && row.state !== 'evacuated' && machineOn(call.machine.store, row.id) !== undefined,
    )
    .map((row) => row.address);
  if (addresses.length === 0) throw new IncusError(500, 'There are no online cluster members');
  for (const old of joinOperations(call.machine)) {
    if (old.operation.metadata.serverName === name) endOperation(old.machine, old.operation, OPERATION_CODES.cancelled);
  }
  const expiresAt = stamp(call.machine.world.clock.nowMs() + lifetime(call));
  const metadata: JoinTokenMetadata = { ...shownToken(call.machine, addresses), expiresAt, serverName: name };
  const resources = { cluster: null };
  const operation = openOperation(call.machine, {
    description: 'Executing operation',
    class: 'token',
    resources,
    metadata,
    may_cancel: true,
    project: 'default',
  });
  emitLifecycle(call, 'cluster-token-created', '/1.0/cluster/members');
  return accepted(operation);
}

/** `POST /1.0/certificates {token: true}`: the operation shows the request back, as its client needs it. */
export function createAddToken(call: Call, body: Fields): Answer {
  if (body.text('type') !== 'client') throw new IncusError(400, 'Tokens can only be issued for client certificates');
  if (body.text('certificate') !== '') throw new IncusError(400, "Can't use certificate if token is requested");
  const address = call.machine.row.local_config['core.https_address'] ?? '';
  if (address === '') throw new IncusError(400, "Can't issue token when server isn't listening on network");
  const request = {
    name: body.text('name'),
    type: body.text('type'),
    restricted: body.flag('restricted'),
    projects: body.list('projects'),
    certificate: '',
    description: body.text('description'),
    trust_token: '',
    token: true,
  };
  const metadata = { ...shownToken(call.machine, [address]), request };
  const wish = {
    description: 'Executing operation',
    class: 'token' as const,
    metadata,
    may_cancel: true,
    project: 'default',
  };
  return accepted(openOperation(call.machine, wish));
}

/** What the operation of a token shows, before what only one kind of token has. */
const shownToken = (machine: Machine, addresses: string[]) => ({
  addresses,
  fingerprint: shownCertificate(machine).fingerprint,
  secret: randomHex(machine.world, 64),
});

/** `cluster.join_token_expiry`, e.g. `3H`; that is also its default. */
function lifetime(call: Call): number {
  const text = call.data.config['cluster.join_token_expiry'] ?? '3H';
  const found = /^(\d+)([MHdwmy])$/.exec(text);
  const unit = { M: 60, H: 3600, d: 86_400, w: 604_800, m: 2_592_000, y: 31_536_000 }[found?.[2] ?? 'H'] ?? 3600;
  return Number(found?.[1] ?? '3') * unit * 1000;
}

type Joining = { machine: Machine; operation: Operation };

const joinOperations = (machine: Machine): Joining[] =>
  clusterOperations(machine).filter(
    ({ operation }) =>
      operation.class === 'token' &&
      operation.status_code === OPERATION_CODES.running &&
      operation.metadata.serverName !== undefined,
  );

/** An untrusted caller shows a token: it is used up, even if it has expired. Throws 403 if it is none of ours. */
export function redeemToken(call: Call, text: string): void {
  const token = readToken(text);
  if (token === undefined) throw new IncusError(403, 'not authorized');
  const joining = typeof token.server_name === 'string';
  const pending = clusterOperations(call.machine).filter(
    ({ operation }) => operation.class === 'token' && operation.status_code === OPERATION_CODES.running,
  );
  const found = pending.find(
    ({ operation }) =>
      operation.metadata.secret === token.secret &&
      (joining ? operation.metadata.serverName === token.server_name : operation.metadata.serverName === undefined),
  );
  if (found === undefined) {
    throw new IncusError(403, `No matching ${joining ? 'cluster join' : 'certificate add'} operation found`);
  }
  endOperation(found.machine, found.operation, OPERATION_CODES.cancelled);
  const ends = Date.parse(String(found.operation.metadata.expiresAt));
  if (ends > 0 && ends < call.machine.world.clock.nowMs()) {
    const kind = joining ? 'join token' : 'certificate add';
    throw new IncusError(500, `Failed during search for ${kind} operation: Token has expired`);
  }
}

function readToken(text: string): Record<string, unknown> | undefined {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const token = Object.fromEntries(Object.entries(value));
    return typeof token.secret === 'string' && token.secret !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}
