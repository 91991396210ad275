import { Fault } from '@operations-center/contract';
import type { ServerRow } from '../document/server-rows.ts';

/** What a machine says of itself; the certificate is proven by its TLS connection, the rest is only said. */
export type Claim = {
  name: string;
  connection_url: string;
  certificate: string;
  fingerprint: string;
  system_uuid: string | null;
  machine_id: string | null;
};

/** The servers that a claim touches. */
export type ClaimedServers = {
  bySystemUuid: ServerRow | undefined;
  byMachineId: ServerRow | undefined;
  byName: ServerRow | undefined;
};

/**
 * `new` a machine we never saw · `fill` one that was pre-registered · `replace` an old row goes over to a reinstalled
 * machine · `apart` it claims another server's ids and must not have them: a server of its own.
 */
export type RegistrationDecision =
  | { kind: 'new' }
  | { kind: 'fill'; server: ServerRow }
  | { kind: 'replace'; server: ServerRow; because: 'reinstall expected' | 'silent' }
  | {
      kind: 'apart';
      conflicts_with: string;
      takesName: boolean;
      system_uuid: string | null;
      machine_id: string | null;
    };

/** How long a server must have been silent on its pinned certificate before another may take its place by itself. */
export const silenceMs = 10 * 60_000;

/**
 * The certificate is one we know: the same registration again, or a machine whose disk was cloned, which is refused.
 * Ids that either side does not know prove nothing.
 */
export function checkSameMachine(server: ServerRow, claim: Claim): void {
  if (server.server_type === 'operations-center')
    throw new Fault('server_type_refused', 'Remote operations centers can not be registered');
  const known = {
    system_uuid: server.system_uuid ?? server.claimed_system_uuid,
    machine_id: server.machine_id ?? server.claimed_machine_id,
  };
  if (agree(known.system_uuid, claim.system_uuid) && agree(known.machine_id, claim.machine_id)) return;
  throw new Fault(
    'server_certificate_reused',
    `Server "${claim.name.slice(0, 255)}" shows the certificate of server "${server.name}" but is another machine: Constraint violation`,
    {
      details: {
        name: claim.name.slice(0, 255),
        server: server.name,
        known,
        claimed: { system_uuid: claim.system_uuid, machine_id: claim.machine_id },
      },
    },
  );
}

const agree = (known: string | null, claimed: string | null): boolean =>
  known === null || claimed === null || known === claimed;

/** What becomes of a claim with a certificate we do not know. Its token has been accepted. */
export function decideRegistration(
  claim: Claim,
  { bySystemUuid, byMachineId, byName }: ClaimedServers,
  may: { isSilent(server: ServerRow): boolean; replaceSilent: boolean; nowMs: number },
): RegistrationDecision {
  const owner = bySystemUuid ?? byMachineId;
  if (owner === undefined) {
    if (byName !== undefined) throw nameTaken(claim.name);
    return { kind: 'new' };
  }
  const isOneOwner = bySystemUuid === undefined || byMachineId === undefined || bySystemUuid.name === byMachineId.name;
  if (isOneOwner && owner.status === 'unregistered') return { kind: 'fill', server: owner };
  const isFree = owner.cluster === null && owner.forming_cluster === null && owner.server_type !== 'operations-center';
  if (isOneOwner && isFree && owner.reinstall_expected_until > may.nowMs)
    return { kind: 'replace', server: owner, because: 'reinstall expected' };
  if (isOneOwner && isFree && may.replaceSilent && may.isSilent(owner))
    return { kind: 'replace', server: owner, because: 'silent' };
  // A name that belongs to a third server is taken, as for any other machine.
  if (byName !== undefined && byName.name !== bySystemUuid?.name && byName.name !== byMachineId?.name)
    throw nameTaken(claim.name);
  return {
    kind: 'apart',
    conflicts_with: owner.name,
    takesName: byName !== undefined,
    system_uuid: bySystemUuid === undefined ? null : claim.system_uuid,
    machine_id: byMachineId === undefined ? null : claim.machine_id,
  };
}

export const nameTaken = (name: string): Fault =>
  new Fault('server_exists', `Create server: Server "${name}" already exists: Constraint violation`, {
    details: { name },
  });
