/**
 * A creation as the harness of the engine tries it: the daemon's own workflow, planner and tables, the simulated fleet
 * behind its in-process door, a database file for each try. Nothing listens, nothing is stubbed but the inventory, which
 * has a file and a thread of its own and is proven with the real daemon.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateClusterPlan } from '../../packages/daemon/src/domains/clusters/plan/plan.ts';
import type { Schema } from '../../packages/daemon/src/schema.ts';
import {
  type Fleet,
  makeFleet,
  makeInProcessDoor,
  type SimulatedServer,
  systemClock,
} from '../../packages/simulator/src/index.ts';
import { makeCertificate } from '../../packages/tls/src/index.ts';
import type { Outcome } from '../../packages/workflow/src/index.ts';
import type { World } from '../../packages/workflow/src/testing/index.ts';
import { findDoubled } from '../../scenarios/lib/doubled.ts';
import { findRowsLeft } from '../../scenarios/lib/rows-left.ts';
import { pageConfigs } from '../bench/page.ts';
import { checkCluster, checkNeverThere, type Eyes, makeEyes, standingsOf } from './creation-checks.ts';
import { clusterName, makeCreationParts, openCreationDatabase, planCreation } from './creation-parts.ts';
import { makeInProcessConnections } from './in-process-connections.ts';

export type CreationWorld = World<CreateClusterPlan, Schema> & {
  fleet: Fleet;
  /** The policy clock of daemon and runner; a test sets it. */
  clock: { nowMs(): number; offsetMs: number };
  /** For what is done to the cluster once it stands. */
  domain: ReturnType<typeof makeCreationParts>;
  servers: readonly SimulatedServer[];
  eyes: Eyes;
};

export type Creations = {
  /** A world of its own: servers that are ready, the name and the servers taken, nothing begun. */
  make(): Promise<CreationWorld>;
  end(): void;
};

/** Restarts of an application take 0.2 s instead of 1: long enough to be seen by who looks every 0.1 s. */
const speed = 5;

/** Prepares creations of so many members from the user's page: planned once, tried as often as wanted. */
export async function prepareCreations(members: number): Promise<Creations> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'oc-proof-'));
  const identity = await makeCertificate({ commonName: 'operations-center' });
  const makeWorldFleet = async () => {
    const door = makeInProcessDoor();
    const fleet = makeFleet({
      ...fleetOptions,
      door,
      cacheDirectory: directory,
      clock: systemClock(speed),
      silence: givenUp,
      registered: () => {},
      failed: () => {},
    });
    const servers = await fleet.add(members);
    for (const server of servers) server.incus.trust({ name: 'operations-center', certificate: identity.certificate });
    await fleet.boot(servers);
    return { door, fleet, servers };
  };
  const template = join(directory, 'template.db');
  const plan = await planTemplate();
  let made = 0;

  async function planTemplate(): Promise<CreateClusterPlan> {
    const { door, fleet, servers } = await makeWorldFleet();
    const database = await openCreationDatabase(template);
    try {
      const connections = makeInProcessConnections(door, identity);
      return await planCreation(database, connections, identity, servers, await pageConfigs());
    } finally {
      await database.close();
      fleet.end();
    }
  }

  async function make(): Promise<CreationWorld> {
    const { door, fleet, servers } = await makeWorldFleet();
    const eyes = makeEyes(door, identity);
    const before = await standingsOf(eyes, servers);
    const path = join(directory, `${(made += 1)}.db`);
    copyFileSync(template, path);
    const database = await openCreationDatabase(path);
    const connections = makeInProcessConnections(door, identity);
    const clock = { offsetMs: 0, nowMs: () => Date.now() + clock.offsetMs };
    const domain = makeCreationParts(database, connections, identity, clock);
    const { workflows, held } = domain;
    const [workflow] = workflows;
    if (workflow === undefined) throw new Error('there is no workflow');

    async function check(outcome: Outcome): Promise<void> {
      const left = await findRowsLeft((text) => database.rows(text), clusterName, outcome);
      if (left.length > 0) throw new Error(`rows are left: ${left.join('; ')}`);
      const doubled = findDoubled(fleet.log.list());
      if (doubled.length > 0) throw new Error(`doubled: ${doubled.join('; ')}`);
      if (held.has(clusterName) !== (outcome === 'finished')) throw new Error('the inventory says otherwise');
      if (outcome === 'finished') await checkCluster(eyes, servers);
      else await checkNeverThere(eyes, servers, before);
    }

    return {
      workflow,
      plan,
      database,
      fleet,
      clock,
      domain,
      servers,
      eyes,
      check,
      async end() {
        await database.close();
        fleet.end();
        for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
      },
    };
  }

  return { make, end: () => rmSync(directory, { recursive: true, force: true }) };
}

/** The deadline of a call that is never answered is known to come: nobody waits for it here. */
const givenUp = async (): Promise<never> => {
  throw Object.assign(new Error('no complete answer within its deadline'), { code: 'ETIMEDOUT' });
};

const fleetOptions = {
  namePrefix: 'server',
  network: '127.9.0.0/16',
  seed: 'proof',
  latencyMs: 0,
  concurrency: 8,
  curve: 'P-256',
  faults: [],
  pace: 0,
} as const;
