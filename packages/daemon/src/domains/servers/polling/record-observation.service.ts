import type { Clock } from '../../../platform/clock.ts';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { MainDatabase, Tx } from '../../../schema.ts';
import type { LifecycleMetadata } from '../../events/event.ts';
import type { EventLog } from '../../events/event-log.ts';
import type { WarningService } from '../../warnings/warnings.service.ts';
import { networkSecrets, networkSecretWords, securitySecrets } from '../document/server-documents.ts';
import { serverUrl } from '../document/server-json.ts';
import type { RosterRow, ServerRow } from '../document/server-rows.ts';
import { findServer, inside, reviseServer, saveDocuments, updateServer } from '../servers.store.ts';
import { connectionUrlFrom, type FullObservation, type ServerFacts } from './read-facts.service.ts';
import { decideServerStatus, type Seen, type Standing, type Verdict } from './server-status.machine.ts';
import type { Sightings } from './sightings.ts';

export type RecordParts = {
  database: MainDatabase;
  clock: Clock;
  sealer: Sealer;
  warnings: WarningService;
  events: EventLog;
  sightings: Sightings;
};

const pollScope = { scope: 'poll_server', entity_type: 'server' };

/** Keeps what a look at a server showed. Writes only what changed; a light look at a healthy server writes nothing. */
export async function recordObservation(
  parts: RecordParts,
  polled: RosterRow,
  { seen, facts }: FullObservation,
  /** Whether what was seen may still be recorded: another daemon may look at this server by now. */
  mayRecord: (tx: Tx) => Promise<boolean> = async () => true,
): Promise<void> {
  const now = parts.clock.nowMs();
  if (seen.kind === 'ready' || seen.kind === 'booting') parts.sightings.saw(polled.name, now);
  else parts.sightings.missed(polled.name, now);
  const digest = facts === undefined ? undefined : digestOf(parts.sealer, polled.channel, facts);
  const hasNews = digest !== undefined && digest !== polled.digest;
  if (!hasNews && isSame(polled, decideServerStatus(standingOf(polled), seen, now))) return;
  // Sealing is pure work; it is done before the write, which others wait for.
  const documents = hasNews && facts !== undefined ? { digest, ...sealFacts(parts.sealer, facts) } : undefined;
  await parts.database.write('record poll', async (tx) => {
    if (!(await mayRecord(tx))) return;
    const row = await findServer(inside(tx), polled.name);
    // Renamed, deleted, reinstalled or moved while we looked: that was another server.
    if (row === undefined || row.fingerprint !== polled.fingerprint || row.connection_url !== polled.connection_url)
      return;
    // It became a member while we looked with its own certificate only.
    if (row.cluster_fingerprint !== polled.cluster_fingerprint) return;
    await saveStatus(parts, tx, row, seen, now);
    if (facts !== undefined && documents !== undefined) await saveFacts(parts, tx, row, facts, documents, now);
  });
}

const standingOf = (row: RosterRow | ServerRow): Standing => ({
  status: row.status,
  status_detail: row.status_detail,
  status_reason: row.status_reason,
  status_changed_at: row.status_changed_at,
  isForming: row.forming_cluster !== null,
});

const isSame = (row: RosterRow | ServerRow, verdict: Verdict): boolean =>
  row.status === verdict.status &&
  row.status_detail === verdict.status_detail &&
  row.status_reason === verdict.status_reason;

async function saveStatus(parts: RecordParts, tx: Tx, row: ServerRow, seen: Seen, now: number): Promise<void> {
  const verdict = decideServerStatus(standingOf(row), seen, now);
  if (isSame(row, verdict)) return;
  const isNew = row.status !== verdict.status || row.status_detail !== verdict.status_detail;
  await updateServer(tx, row.name, { ...verdict, last_updated: now, ...(isNew ? { status_changed_at: now } : {}) });
  if (isNew) await parts.events.changed(tx, statusChanged(row, verdict));
  const subject = { ...pollScope, entity: row.name, type: 'Server unreachable' };
  if (verdict.status === 'offline') await parts.warnings.raise(tx, { ...subject, message: verdict.status_reason });
  if (verdict.status === 'ready') await parts.warnings.clear(tx, subject);
}

/** The event that says so. */
export const statusChanged = (
  row: Pick<ServerRow, 'name' | 'status' | 'status_detail'>,
  to: Partial<Pick<ServerRow, 'status' | 'status_detail' | 'status_reason'>>,
): LifecycleMetadata => ({
  action: 'server-status-changed',
  source: serverUrl(row.name),
  name: row.name,
  context: {
    status: to.status ?? row.status,
    status_detail: to.status_detail ?? row.status_detail,
    status_reason: to.status_reason ?? '',
    old_status: row.status,
    old_status_detail: row.status_detail,
  },
});

type SealedDocuments = { digest: string; hardware_data: string; os_data: string; version_data: string };

async function saveFacts(
  parts: RecordParts,
  tx: Tx,
  row: ServerRow,
  facts: ServerFacts,
  documents: SealedDocuments,
  now: number,
): Promise<void> {
  await saveDocuments(tx, { name: row.name, polled_at: now, ...documents });
  await reviseServer(tx, row.name, now, {
    server_type: facts.server_type,
    is_trusted: facts.is_trusted ? 1 : 0,
    connection_url: connectionUrlFrom(row.connection_url, facts.managementAddresses),
  });
  const subject = { ...pollScope, entity: row.name, type: 'Update channel mismatch' };
  const reported = facts.version.update_channel;
  if (reported === row.channel) return parts.warnings.clear(tx, subject);
  const message = `The server follows update channel "${reported}", but "${row.channel}" is set for it`;
  await parts.warnings.raise(tx, { ...subject, message });
}

const digestOf = (sealer: Sealer, channel: string, facts: ServerFacts): string =>
  sealer.digest(
    [channel, facts.hardware, facts.network, facts.security, facts.storage, JSON.stringify(facts.version)].join('\n'),
  );

function sealFacts(sealer: Sealer, facts: ServerFacts): Omit<SealedDocuments, 'digest'> {
  const hasSecret = networkSecretWords.some((word) => facts.network.includes(word));
  const network = hasSecret ? sealer.sealPaths(facts.network, networkSecrets) : facts.network;
  const security = sealer.sealPaths(facts.security, securitySecrets);
  return {
    hardware_data: facts.hardware,
    os_data: `{"network":${network},"security":${security},"storage":${facts.storage}}`,
    version_data: JSON.stringify(facts.version),
  };
}
