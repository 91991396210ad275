import { Fault, type ServerPost } from '@operations-center/contract';
import { afterCommit } from '@operations-center/database';
import type { Tx } from '../../../schema.ts';
import type { LifecycleMetadata } from '../../events/event.ts';
import { serverUrl } from '../document/server-json.ts';
import type { ServerRow } from '../document/server-rows.ts';
import { checkConnectionUrl, checkServerName } from '../server-name.rules.ts';
import type { ServerParts } from '../server-parts.service.ts';
import { findServer, findServerBy, hasServer, insertServer, inside, reviseServer } from '../servers.store.ts';
import { newServer } from './new-server.ts';
import {
  type Claim,
  checkSameMachine,
  decideRegistration,
  type RegistrationDecision,
  silenceMs,
} from './registration.rules.ts';

/** A look that found nobody counts for so long: older, and the server may be back. */
const missCountsMs = 2 * 60_000;

/**
 * Registers the machine behind a TLS connection: token and row in one write, so that none is lost and none doubled
 * however many come at once. The same machine again is answered again, without a token. Returns the Location.
 */
export async function registerServer(
  parts: ServerParts,
  token: string,
  wish: ServerPost,
  certificate: { pem: string; fingerprint: string } | undefined,
): Promise<string> {
  if (certificate === undefined)
    throw new Fault('server_certificate_missing', 'Bad Request: No client certificate provided');
  checkConnectionUrl(wish.connection_url);
  const claim: Claim = {
    name: wish.name,
    connection_url: wish.connection_url,
    certificate: certificate.pem,
    fingerprint: certificate.fingerprint,
    system_uuid: wish.system_uuid || null,
    machine_id: wish.machine_id || null,
  };
  const body = async (tx: Tx): Promise<string> => {
    const known = await findServerBy(inside(tx), 'fingerprint', claim.fingerprint);
    if (known !== undefined) return registerAgain(parts, tx, known, claim);
    const { channel } = await parts.tokens.takeUse(tx, token);
    return registerAnew(parts, tx, claim, channel);
  };
  return parts.database.write('register server', body).catch((error: unknown) => raiseRefused(parts, claim, error));
}

/** Of who was not let in there is nothing but this line: the audit is no place that strangers can fill. */
function raiseRefused({ log }: ServerParts, { name, fingerprint, connection_url }: Claim, error: unknown): never {
  if (error instanceof Fault)
    log.info(
      { audit: true, server: name.slice(0, 255), fingerprint, connection_url, code: error.code },
      'a registration was refused',
    );
  throw error;
}

/** IncusOS asks again at its next start if it never saw our answer; it may have moved meanwhile. */
async function registerAgain(parts: ServerParts, tx: Tx, known: ServerRow, claim: Claim): Promise<string> {
  checkSameMachine(known, claim);
  if (known.connection_url !== claim.connection_url)
    await reviseServer(tx, known.name, parts.clock.nowMs(), { connection_url: claim.connection_url });
  afterCommit(tx, () => parts.poller.changed([known.name], true));
  return locationOf(tx, known.name, claim.name);
}

/** OC answers with the name that was sent; where another server has that name, it would be the wrong one. */
const locationOf = async (tx: Tx, stored: string, sent: string): Promise<string> =>
  serverUrl(stored !== sent && (sent === '' || (await hasServer(inside(tx), sent))) ? stored : sent);

async function registerAnew(parts: ServerParts, tx: Tx, claim: Claim, channel: string): Promise<string> {
  const ask = inside(tx);
  const { system_uuid, machine_id } = claim;
  const decision = decideRegistration(
    claim,
    {
      bySystemUuid: system_uuid === null ? undefined : await findServerBy(ask, 'system_uuid', system_uuid),
      byMachineId: machine_id === null ? undefined : await findServerBy(ask, 'machine_id', machine_id),
      // PostgreSQL refuses even to compare with NUL; what no server can be called is no server's name.
      byName: claim.name.includes('\0') ? undefined : await findServer(ask, claim.name),
    },
    { nowMs: parts.clock.nowMs(), replaceSilent: parts.mayReplaceSilent(), isSilent: (row) => isSilent(parts, row) },
  );
  switch (decision.kind) {
    case 'new':
      return insertNew(parts, tx, claim, channel, { system_uuid, machine_id });
    case 'fill':
    case 'replace':
      return takeOver(parts, tx, claim, channel, decision);
    case 'apart':
      return insertApart(parts, tx, claim, channel, decision);
  }
}

async function insertNew(
  parts: ServerParts,
  tx: Tx,
  claim: Pick<Claim, 'name' | 'connection_url' | 'certificate' | 'fingerprint'>,
  channel: string,
  ids: Partial<ServerRow>,
): Promise<string> {
  const { name, connection_url, certificate, fingerprint } = claim;
  checkServerName(name);
  const identity = { name, connection_url, certificate, fingerprint };
  const standing = { status: 'pending', status_detail: 'registering' } as const;
  await insertServer(tx, newServer({ ...identity, ...ids, ...standing, channel }, parts.clock.nowMs()));
  await parts.events.changed(tx, registered(name, claim));
  afterCommit(tx, () => {
    parts.poller.changed([name], true);
    parts.log.info({ audit: true, server: name, fingerprint, connection_url }, 'a server registered');
  });
  return serverUrl(name);
}

/** The machine becomes, or becomes again, the server of this row, which keeps its name and what people said of it. */
async function takeOver(
  parts: ServerParts,
  tx: Tx,
  claim: Claim,
  channel: string,
  decision: Extract<RegistrationDecision, { kind: 'fill' | 'replace' }>,
): Promise<string> {
  const { server } = decision;
  const now = parts.clock.nowMs();
  await reviseServer(tx, server.name, now, { ...identityOf(claim), channel, ...registeringAt(now) });
  await parts.warnings.clear(tx, { entity_type: 'server', entity: server.name });
  const because = decision.kind === 'replace' ? decision.because : 'pre-registered';
  await parts.events.changed(tx, registered(server.name, claim, { because, old_fingerprint: server.fingerprint }));
  afterCommit(tx, () => {
    parts.sightings.forget(server.name);
    parts.poller.changed([server.name], true);
    const certificates = { from: server.fingerprint, to: claim.fingerprint };
    parts.log.warn(
      { audit: true, server: server.name, because, ...certificates },
      'a machine took the place of a server',
    );
  });
  return locationOf(tx, server.name, claim.name);
}

const registered = (
  name: string,
  { fingerprint, connection_url }: Pick<Claim, 'fingerprint' | 'connection_url'>,
  more: Record<string, string | null> = {},
): LifecycleMetadata => ({
  action: 'server-registered',
  source: serverUrl(name),
  name,
  context: { fingerprint, connection_url, ...more },
  requestor: { protocol: 'tls', username: fingerprint, address: '' },
});

const identityOf = (claim: Claim): Partial<ServerRow> => ({
  connection_url: claim.connection_url,
  certificate: claim.certificate,
  fingerprint: claim.fingerprint,
  ...(claim.system_uuid === null ? {} : { system_uuid: claim.system_uuid }),
  ...(claim.machine_id === null ? {} : { machine_id: claim.machine_id }),
});

/** A row as it is right after a registration. */
export const registeringAt = (now: number): Partial<ServerRow> => ({
  status: 'pending',
  status_detail: 'registering',
  status_reason: '',
  status_changed_at: now,
  cluster_fingerprint: null,
  reinstall_expected_until: 0,
  registered_at: now,
  last_seen: now,
});

/** Ids of another server are kept apart from its own; people are told, and decide. */
async function insertApart(
  parts: ServerParts,
  tx: Tx,
  claim: Claim,
  channel: string,
  decision: Extract<RegistrationDecision, { kind: 'apart' }>,
): Promise<string> {
  const { conflicts_with } = decision;
  const name = decision.takesName ? await freeName(tx, claim.name) : claim.name;
  const location = await insertNew(parts, tx, { ...claim, name }, channel, {
    conflicts_with,
    claimed_system_uuid: decision.system_uuid,
    claimed_machine_id: decision.machine_id,
    system_uuid: decision.system_uuid === null ? claim.system_uuid : null,
    machine_id: decision.machine_id === null ? claim.machine_id : null,
  });
  await parts.warnings.raise(tx, {
    scope: 'registration',
    entity_type: 'server',
    entity: name,
    type: 'Server identity conflict',
    message:
      `It registered with ids that belong to server "${conflicts_with}" and another certificate (${claim.fingerprint}). ` +
      `If it is that machine, reinstalled: operations-center provisioning server adopt ${name} ${conflicts_with}. Else find out who it is.`,
  });
  return location;
}

async function freeName(tx: Tx, name: string): Promise<string> {
  for (let number = 2; number < 1_000; number += 1) {
    const candidate = `${name}-${number}`;
    if (!(await hasServer(inside(tx), candidate))) return candidate;
  }
  throw new Fault('server_exists', `Create server: no name is left for another "${name}": Constraint violation`);
}

/** Offline for long enough, and still when we looked last: a row alone may be as old as the daemon was down. */
function isSilent({ clock, sightings }: ServerParts, row: ServerRow): boolean {
  const now = clock.nowMs();
  const missed = sightings.lastMissed(row.name, row.last_missed);
  return (
    row.status === 'offline' &&
    now - row.status_changed_at >= silenceMs &&
    now - missed <= missCountsMs &&
    now - sightings.lastSeen(row.name, row.last_seen) >= silenceMs
  );
}
