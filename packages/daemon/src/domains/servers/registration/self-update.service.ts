import { Fault, type ServerSelfUpdate } from '@operations-center/contract';
import { statusChanged } from '../polling/record-observation.service.ts';
import { checkConnectionUrl } from '../server-name.rules.ts';
import type { ServerParts } from '../server-parts.service.ts';
import { findServerBy, inside, outside, reviseServer } from '../servers.store.ts';
import { decideSelfUpdate } from './self-update.rules.ts';

/** A server says that something happened. It is known by its own certificate, for good, whatever cluster it is in. */
export async function updateSelf(
  parts: ServerParts,
  fingerprint: string | undefined,
  update: ServerSelfUpdate,
): Promise<void> {
  const server =
    fingerprint === undefined ? undefined : await findServerBy(outside(parts.database), 'fingerprint', fingerprint);
  if (server === undefined || fingerprint === undefined)
    throw new Fault('server_certificate_unknown', 'Not authorized', { details: { fingerprint: fingerprint ?? null } });
  if (update.connection_url !== '') checkConnectionUrl(update.connection_url);
  const { change, poll } = decideSelfUpdate(server, update);
  if (Object.keys(change).length > 0) await saveChange(parts, fingerprint, update);
  // Its certificate was just proven by its connection; OC does not count this as seen.
  parts.sightings.saw(server.name, parts.clock.nowMs());
  if (poll) parts.poller.changed([server.name], true);
}

/** Decides again inside the write: a poll may have changed the row meanwhile. */
const saveChange = (parts: ServerParts, fingerprint: string, update: ServerSelfUpdate): Promise<void> =>
  parts.database.write('self update', async (tx) => {
    const server = await findServerBy(inside(tx), 'fingerprint', fingerprint);
    if (server === undefined) return;
    const { change } = decideSelfUpdate(server, update);
    if (Object.keys(change).length === 0) return;
    const now = parts.clock.nowMs();
    const isNewStatus = change.status !== undefined || change.status_detail !== undefined;
    await reviseServer(tx, server.name, now, { ...change, ...(isNewStatus ? { status_changed_at: now } : {}) });
    if (isNewStatus) await parts.events.changed(tx, statusChanged(server, change));
    if (change.status === 'ready')
      await parts.warnings.clear(tx, {
        scope: 'poll_server',
        entity_type: 'server',
        entity: server.name,
        type: 'Server unreachable',
      });
    parts.poller.changed([server.name], false);
  });
