import { afterCommit, preparedRows, preparedRun } from '@operations-center/database';
import type { Tx } from '../../schema.ts';
import { serverUrl } from './document/server-json.ts';
import type { ServerMembership } from './membership.ts';
import type { ServerParts } from './server-parts.service.ts';
import {
  findKnownServer,
  findServer,
  inside,
  listMembers,
  listRegistered,
  outside,
  reviseServer,
} from './servers.store.ts';

export function makeServerMembership(parts: ServerParts): ServerMembership {
  const { database, clock, events, poller } = parts;
  const changed = (tx: Tx, names: readonly string[], poll: boolean) =>
    afterCommit(tx, () => poller.changed(names, poll));
  const moved = (tx: Tx, name: string, cluster: string | null): Promise<void> =>
    events.changed(tx, { action: 'server-updated', source: serverUrl(name), name, context: { cluster } });
  return {
    async findAll(names) {
      const found = [];
      for (const name of names) {
        const server = await findKnownServer(outside(database), name);
        if (server !== undefined) found.push(server);
      }
      return found;
    },
    membersOf: (cluster) => listMembers(outside(database), cluster),
    listRegistered: () => listRegistered(outside(database)),
    async findTaken(tx, names) {
      for (const name of names) {
        const server = await findServer(inside(tx), name);
        const cluster = server?.cluster ?? server?.forming_cluster ?? null;
        if (server === undefined || cluster !== null) return { name, cluster };
      }
      return undefined;
    },
    async setForming(tx, names, forming_cluster) {
      for (const name of names) await reviseServer(tx, name, clock.nowMs(), { forming_cluster });
      changed(tx, names, false);
    },
    async setClusterCertificate(tx, names, cluster_fingerprint) {
      for (const name of names) await reviseServer(tx, name, clock.nowMs(), { cluster_fingerprint });
      changed(tx, names, false);
    },
    async adopt(tx, name, { cluster, connection_url, channel }) {
      await reviseServer(tx, name, clock.nowMs(), { cluster, connection_url, channel, forming_cluster: null });
      await moved(tx, name, cluster);
      changed(tx, [name], true);
    },
    async setChannel(tx, cluster, channel) {
      const names = await namesOf(tx, 'cluster', cluster);
      for (const name of names) await reviseServer(tx, name, clock.nowMs(), { channel });
      changed(tx, names, true);
    },
    async release(tx, cluster) {
      const names = await namesOf(tx, 'cluster', cluster);
      // What they show stays what it is until somebody resets them, so the cluster's certificate stays pinned.
      for (const name of names) {
        await reviseServer(tx, name, clock.nowMs(), { cluster: null });
        await moved(tx, name, null);
      }
      changed(tx, names, true);
    },
    async expectReset(tx, name, expected) {
      const change =
        expected.until === null
          ? { ...expected.belongs, reinstall_expected_until: 0 }
          : { cluster: null, forming_cluster: null, reinstall_expected_until: expected.until };
      await reviseServer(tx, name, clock.nowMs(), change);
      changed(tx, [name], false);
    },
    async renameCluster(tx, from, to) {
      const now = clock.nowMs();
      const members = await namesOf(tx, 'cluster', from);
      for (const name of members) await reviseServer(tx, name, now, { cluster: to });
      await preparedRun(tx, 'update servers set forming_cluster = ? where forming_cluster = ?', [to, from]);
      changed(tx, members, false);
    },
    nudge: (names) => poller.changed(names, true),
  };
}

const namesOf = async (tx: Tx, column: 'cluster', value: string): Promise<string[]> =>
  (await preparedRows<{ name: string }>(tx, `select name from servers where ${column} = ?`, [value])).map(
    ({ name }) => name,
  );
