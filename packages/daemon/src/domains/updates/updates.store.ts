import type { Update } from '@operations-center/contract';
import type { Db } from '../../schema.ts';

/** Newest first. */
export async function listUpdates(db: Db): Promise<Update[]> {
  const rows = await db.selectFrom('updates').selectAll().orderBy('version', 'desc').orderBy('uuid').execute();
  return rows.map((row) => ({
    channels: names(row.channels),
    uuid: row.uuid,
    version: row.version,
    published_at: row.published_at,
    severity: row.severity,
    origin: row.origin,
    url: row.url,
    upstream_channels: names(row.upstream_channels),
    update_status: row.update_status,
  }));
}

// Written by this domain as a list of names.
const names = (json: string): string[] => JSON.parse(json) as string[];
