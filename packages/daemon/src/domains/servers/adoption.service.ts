import { Fault } from '@operations-center/contract';
import { afterCommit } from '@operations-center/database';
import { serverUrl } from './document/server-json.ts';
import type { ServerRow } from './document/server-rows.ts';
import { registeringAt } from './registration/registration.service.ts';
import type { ServerParts } from './server-parts.service.ts';
import { deleteServer, findServer, inside, reviseServer } from './servers.store.ts';

/** How long `expect-reinstall` holds. */
const reinstallMs = 24 * 60 * 60_000;

/** A server that registered apart takes the place of the one whose ids it claims: its name and all that was said of it. */
export const adoptServer = (parts: ServerParts, name: string, replaces: string): Promise<void> =>
  parts.database.write('adopt server', async (tx) => {
    const ask = inside(tx);
    const server = (await findServer(ask, name)) ?? raiseUnknown(name);
    const old = (await findServer(ask, replaces)) ?? raiseUnknown(replaces);
    if (server.conflicts_with !== replaces)
      throw new Fault(
        'server_not_replaceable',
        `Server "${name}" does not claim the identity of server "${replaces}"`,
        {
          details: { server: name, replaces, conflicts_with: server.conflicts_with },
        },
      );
    for (const row of [server, old]) refuseMember(row);
    const now = parts.clock.nowMs();
    await deleteServer(tx, name);
    await parts.warnings.clear(tx, { entity_type: 'server', entity: name });
    await parts.warnings.clear(tx, { entity_type: 'server', entity: replaces });
    await reviseServer(tx, replaces, now, {
      connection_url: server.connection_url,
      certificate: server.certificate,
      fingerprint: server.fingerprint,
      system_uuid: server.claimed_system_uuid ?? server.system_uuid ?? old.system_uuid,
      machine_id: server.claimed_machine_id ?? server.machine_id ?? old.machine_id,
      ...registeringAt(now),
    });
    const context = { adopted: name, fingerprint: server.fingerprint, old_fingerprint: old.fingerprint };
    await parts.events.changed(tx, { action: 'server-adopted', source: serverUrl(replaces), name: replaces, context });
    afterCommit(tx, () => {
      for (const gone of [name, replaces]) parts.sightings.forget(gone);
      parts.heads.forget(name);
      parts.poller.changed([name], false);
      parts.poller.changed([replaces], true);
      const certificates = { from: old.fingerprint, to: server.fingerprint };
      parts.log.warn({ audit: true, server: replaces, adopted: name, ...certificates }, 'a server was adopted');
    });
  });

/** The next registration with this server's ids takes its place, within a day. */
export const expectReinstall = (parts: ServerParts, name: string): Promise<void> =>
  parts.database.write('expect reinstall', async (tx) => {
    refuseMember((await findServer(inside(tx), name)) ?? raiseUnknown(name));
    const now = parts.clock.nowMs();
    await reviseServer(tx, name, now, { reinstall_expected_until: now + reinstallMs });
    await parts.events.changed(tx, { action: 'server-reinstall-expected', source: serverUrl(name), name });
    afterCommit(tx, () => parts.log.warn({ audit: true, server: name }, 'a reinstall of the server is expected'));
  });

function refuseMember(row: ServerRow): void {
  const cluster = row.cluster ?? row.forming_cluster;
  if (cluster === null) return;
  throw new Fault('server_is_cluster_member', `Server "${row.name}" is clustered: Operation not permitted`, {
    details: { server: row.name, cluster },
  });
}

function raiseUnknown(name: string): never {
  throw new Fault('server_not_found', `Failed to get server "${name.slice(0, 255)}" by name: Not found`, {
    details: { name: name.slice(0, 255) },
  });
}
