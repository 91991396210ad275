import type { ServerResponse } from 'node:http';
import type { InventoryKind } from '@operations-center/contract';
import { expect } from 'vitest';
import { makeFleetConnections } from '../../fleet/connection.ts';
import { makeFleetEvents } from '../../fleet/event-stream.ts';
import { makeTestEvents } from '../../fleet/test-events.ts';
import { testCertificate } from '../../fleet/test-server.ts';
import type { Clock } from '../../platform/clock.ts';
import { makeLog } from '../../platform/log.ts';
import { openTestInventory } from '../../testing/test-database.ts';
import { type InventoryParts, makeInventoryService } from './inventory.service.ts';
import type { ScanTarget } from './scan/scan-cluster.service.ts';
import { recordedIncus, showUrl, startTestIncus } from './test-incus.ts';
import { makeInventoryWork } from './threads/inventory-work.store.ts';

export type LiveWorld = Awaited<ReturnType<typeof startLiveWorld>>;

/** A cluster of two members over real TLS, which tell events, and the inventory that follows them. */
export async function startLiveWorld(options: Pick<InventoryParts, 'isMine' | 'slowScanMs'> = {}) {
  const [own, client] = await Promise.all([testCertificate('server01'), testCertificate('operations-center')]);
  const identity = { clientCertificate: client.certificate, clientKey: client.key };
  const fleet = makeFleetConnections(identity);
  const held = recordedIncus();
  const odd = new Map<string, (response: ServerResponse) => void>();
  const events = [makeTestEvents(), makeTestEvents()] as const;
  const [first, second] = await Promise.all([
    startTestIncus(own, held, odd, events[0]),
    startTestIncus(own, held, odd, events[1]),
  ]);
  first.endpoint.name = 'server01';
  second.endpoint.name = 'server02';
  const servers = [first, second] as const;
  const database = await openTestInventory(':memory:');
  const work = makeInventoryWork(database);
  const time = { aheadMs: 0 };
  /** While it is there, what events made us look at waits for it before it is stored. */
  const gate: { closed?: Promise<void> } = {};
  let stored = 0;
  const looks: InventoryParts['looks'] = {
    async applyObject(reply) {
      stored += 1;
      await gate.closed;
      return work.applyObject(reply);
    },
    removeObject: (of) => work.removeObject(of),
  };
  const clock: Clock = {
    nowMs: () => Date.now() + time.aheadMs,
    sleepUntil: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const targetOf = (cluster: string): ScanTarget => ({
    cluster,
    endpoints: servers.map(({ endpoint }) => ({ ...endpoint })),
    serverNames: ['server01', 'server02', 'server03'],
  });
  const clusters = { ready: [targetOf('cluster01')] };
  let lookedAtAll = 0;
  /** What people would see now, by scope. */
  const warned = new Map<string, string>();
  /** Servers that were to be looked at. */
  const polled: string[] = [];
  const service = makeInventoryService({
    ...{ database, work, looks, pages: work, fleet, clock },
    events: makeFleetEvents(identity),
    ...options,
    clustersToScan: async () => {
      lookedAtAll += 1;
      return clusters.ready;
    },
    clusterNames: async () => clusters.ready.map(({ cluster }) => cluster),
    warnings: {
      raise: async (_, { scope, message }) => void warned.set(scope, message),
      clear: async (_, { scope }) => void warned.delete(scope ?? ''),
    },
    onServer: (name) => polled.push(name),
    log: makeLog('ERROR', { write: () => undefined }),
  });
  const isLive = async () => (await service.freshness('cluster01'))[0]?.live;

  return {
    ...{ own, held, odd, events, servers, database, time, gate, clusters, targetOf, warned, polled, service, isLive },

    /** How often all clusters were looked at. */
    looks: () => lookedAtAll,

    /** How many answers about single objects were to be stored. */
    stores: () => stored,

    /** Names in the inventory, with their descriptions. */
    async names(kind: InventoryKind): Promise<string[]> {
      const list = await service.lists.read({ conditions: { kind } }, AbortSignal.timeout(60_000));
      if (!('json' in list)) throw new Error('a small list came as a stream');
      const items: { name: string; object: { description?: string } }[] = JSON.parse(list.json);
      return items.map(({ name, object }) => (object.description ? `${name} ${object.description}` : name)).toSorted();
    },

    /** Tells it to whoever listens. */
    tell(action: string, path: string, more: Record<string, unknown> = {}): void {
      const metadata = { action, source: `/1.0/${path}`, ...more };
      for (const one of events) one.tell({ type: 'lifecycle', location: 'server01', project: 'default', metadata });
    },

    /** A profile as it is when it is asked for by itself. */
    hold(name: string, description = ''): void {
      held.set(showUrl('profile', { name }), profileOf(name, description));
    },

    /** Followed by the first member, and everything read. */
    async follow(): Promise<void> {
      service.start();
      await expect.poll(isLive).toBe(true);
      for (const server of servers) server.seen.length = 0;
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await service.stop();
      await fleet.close();
      for (const server of servers) await server[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

export const profileOf = (name: string, description = '') => ({
  ...{ name, description, project: 'default', config: {}, devices: {} },
  used_by: [],
});
