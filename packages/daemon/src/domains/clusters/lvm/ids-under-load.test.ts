import { Fault } from '@operations-center/contract';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../../migrations.ts';
import { pauseMs } from '../../../platform/clock.ts';
import type { MainDatabase, Schema } from '../../../schema.ts';
import { newServer } from '../../servers/registration/new-server.ts';
import { insertServer, saveDocuments } from '../../servers/servers.store.ts';
import { type Creator, failing, startCreator } from '../testing/creator.ts';
import { type Machine, type Machines, makeMachines } from '../testing/machines.ts';
import { postOf, versionData } from '../testing/values.ts';

const atOnce = 200;
const signal = new AbortController().signal;
const aMoment = () => pauseMs(Math.random() * 20, signal);

/** A daemon that may be stopped and started again under those who use it. */
type Daemon = { now(): Promise<Creator>; restart(): Promise<void>; stop(): Promise<void> };

async function startDaemon(open: () => Promise<MainDatabase>, machines: Machines, id: string): Promise<Daemon> {
  const start = async () => {
    const database = await open();
    return { database, creator: await startCreator(database, machines, id) };
  };
  let running = start();
  await running;
  const stop = async () => {
    const { database, creator } = await running;
    await creator.stop();
    await database.close();
  };
  return {
    now: async () => (await running).creator,
    restart: () => {
      const stopped = stop();
      running = stopped.then(start);
      return running.then(() => undefined);
    },
    stop,
  };
}

async function addServers(database: MainDatabase, { all }: Machines): Promise<void> {
  const known = { channel: 'stable', status: 'ready', status_detail: '', server_type: 'incus' } as const;
  const documents = { hardware_data: '{}', os_data: '{}', version_data: versionData() };
  await database.write('servers', async (tx) => {
    for (const { name, address } of all) {
      const own = { certificate: '', fingerprint: `fingerprint-of-${name}`, system_uuid: `uuid-of-${name}` };
      await insertServer(
        tx,
        newServer({ name, ...known, ...own, connection_url: `https://${address}:8443` }, Date.now()),
      );
      await saveDocuments(tx, { name, digest: '', polled_at: Date.now(), ...documents });
    }
  });
}

const codeOf = (error: unknown): string => (error instanceof Fault ? error.code : '');
const wasStopped = (error: unknown): boolean =>
  codeOf(error) === 'shutting_down' || (error instanceof Error && error.message.includes('database is closed'));

/** Until the daemon lived long enough to answer. */
async function persist(daemon: Daemon, ask: (creator: Creator) => Promise<void>): Promise<void> {
  for (;;) {
    const refusal = await ask(await daemon.now()).catch((error: unknown) => error);
    if (refusal === undefined) return;
    if (!wasStopped(refusal)) throw refusal;
    await aMoment();
  }
}

type User = { machine: Machine; at: number; machines: Machines; daemon: Daemon; rounds: number };

/** Directly or by a plan; one in five fails and is taken back. */
async function create({ machine, at, daemon }: User, name: string): Promise<void> {
  const isToFail = at % 5 === 3;
  const given = postOf({
    ...{ name, server_names: [machine.name], connection_url: `https://${machine.address}:8443` },
    ...{ services_config: { lvm: { enabled: true } }, description: isToFail ? failing : '' },
  });
  const begin = async ({ creation, plans }: Creator): Promise<string> => {
    if (at % 4 !== 1) return creation.begin(given, 'test');
    const plan = await plans.plan({ ...given, ignore: [] }, 'test');
    await aMoment();
    return (await plans.run(plan.id, 'test')).operation;
  };
  await persist(daemon, async (creator) => {
    try {
      await creator.creation.await(await begin(creator), signal);
    } catch (error) {
      // It came to its end while the daemon was away.
      if (!isToFail && codeOf(error) !== 'cluster_exists') throw error;
      if (wasStopped(error)) throw error;
    }
  });
}

const remove = ({ daemon }: User, name: string): Promise<void> =>
  persist(daemon, ({ deletion }) =>
    deletion.remove(name, 'force', signal).catch((error: unknown) => {
      if (codeOf(error) !== 'cluster_not_found') throw error;
    }),
  );

/** Clustered, removed, and clustered again. Some machines are reset then, some answer nobody for a while, some keep lvm. */
async function use(user: User): Promise<void> {
  const { machine, at, machines, rounds } = user;
  for (let round = 0; round < rounds; round += 1) {
    const name = `${machine.name}-${round}`;
    await create(user, name);
    await aMoment();
    await remove(user, name);
    machine.answers = at % 3 !== 1 || round > 0;
    if (at % 3 !== 2) machines.reset(machine.name);
    await aMoment();
  }
}

describeOnDatabases<Schema>('ids of lvm and of the mesh', { migrations }, ({ dialect, open, again }) => {
  test(`${atOnce} creations and removals at once, and a restart: never two alike`, async () => {
    const machines = makeMachines(atOnce);
    const first = await open();
    await addServers(first, machines);
    await first.close();
    // Two stores wait for each other: a round takes as long there as four here.
    const [ids, rounds] = dialect === 'postgres' ? [['a', 'b'], 1] : [['a'], 2];
    const daemons = await Promise.all(ids.map((id) => startDaemon(again, machines, id)));
    const users = machines.all.map((machine, at): User => {
      const daemon = daemons[at % daemons.length];
      if (daemon === undefined) throw new Error('no daemon');
      return { machine, at, machines, daemon, rounds };
    });
    const used = Promise.all(users.map(use));
    await pauseMs(1_000, signal);
    await daemons[0]?.restart();
    await used;
    expect(machines.collisions).toEqual([]);
    // What a machine uses is in the table. Beside it may stand what a late look noted of one that is off by now.
    const last = await again();
    const taken = await last.rows<{ machine: string; id: number }>('select machine, id from lvm_ids');
    const isUsed = ({ machine }: { machine: string }) => machines.of(machine.replace('uuid-of-', '')).lvm.enabled;
    for (const { name, keeps } of machines.all.filter((machine) => machine.lvm.enabled))
      expect(taken.filter((row) => row.id === keeps && isUsed(row))).toEqual([
        { machine: `uuid-of-${name}`, id: keeps },
      ]);
    expect(machines.configured).toBeGreaterThanOrEqual(atOnce);
    const mesh = await last.rows<{ id: number }>('select id from mesh_ids');
    expect(new Set(mesh.map(({ id }) => id)).size).toBe(mesh.length);
    for (const daemon of daemons) await daemon.stop();
  }, 300_000);
});
