import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uuidOf } from '../../packages/daemon/src/domains/inventory/rows/inventory-item.ts';
import { rowKindOf } from '../../packages/daemon/src/domains/inventory/scan/scanned-kinds.ts';
import { makeIncusWorld } from '../../packages/simulator/src/incus/world.ts';
import { seededRandom } from '../../packages/simulator/src/random.ts';
import { makeCertificate } from '../../packages/tls/src/index.ts';

const perCluster = 10_000;
type Instance = { name: string; project: string; state?: unknown } & Record<string, unknown>;

const clustersOf = (count: number): number => Math.ceil(count / perCluster);
const fileOf = (directory: string, cluster: number): string => join(directory, `${cluster}.json`);

/** The program of a process of its own: what it costs to make them is none of the inventory's. */
export async function runInstanceListsChild(count: number, directory: string): Promise<void> {
  const certificate = await makeCertificate({ commonName: 'bench' });
  const startedMs = Date.now();
  const world = makeIncusWorld({
    clock: { nowMs: () => startedMs },
    random: seededRandom('bench'),
    faults: { active: () => undefined },
    afterMs: () => {},
  });
  for (let place = 0; place < clustersOf(count); place += 1) {
    const addresses = { management: '127.77.0.1', cluster: '127.77.0.1' };
    const member = world.makeMember({ name: `server${place}`, addresses, certificate, interfaces: [] });
    const ask = async (method: string, path: string, query: string, body = ''): Promise<Buffer> => {
      const { pieces } = await member.handle({
        ...{ method, path, query: new URLSearchParams(query), headers: {}, body: Buffer.from(body), local: true },
        ...{ clientFingerprint: undefined, clientCertificatePem: undefined, signal: new AbortController().signal },
      });
      const found: Buffer[] = [];
      for await (const piece of pieces ?? []) found.push(Buffer.from(piece));
      return Buffer.concat(found);
    };
    await ask('POST', '/1.0/storage-pools', '', '{"name":"local","driver":"dir"}');
    const instancesPerServer = Math.min(perCluster, count - place * perCluster);
    member.grow({ seed: `bench${place}`, instancesPerServer, projects: 3 });
    const bytes = await ask('GET', '/1.0/instances', 'all-projects=true&recursion=2');
    await writeFile(fileOf(directory, place), bytes);
    if (place > 0) continue;
    const { metadata } = JSON.parse(bytes.toString()) as { metadata: Instance[] }; // as Incus answers
    await writeFile(join(directory, 'some.json'), JSON.stringify(metadata.slice(0, 500)));
  }
}

/** Lists of instances as simulated clusters answer them, in files. */
export async function makeInstanceLists(count: number, directory: string) {
  const bench = join(import.meta.dirname, '../bench.ts');
  await promisify(execFile)(process.execPath, [bench, 'child:instance-lists', String(count), directory]);
  const list = (cluster: number): Promise<Buffer> => readFile(fileOf(directory, cluster));
  const some = JSON.parse(await readFile(join(directory, 'some.json'), 'utf8')) as Instance[]; // written above
  const at = (place: number): Instance => {
    const found = some[place % some.length];
    if (found === undefined) throw new Error('an empty cluster');
    return found;
  };
  return {
    clusters: clustersOf(count),
    servers: Array.from({ length: clustersOf(count) }, (_, place) => `server${place}`),
    list,
    nameOf: (place: number): string => at(place).name,
    /** Of one of them. */
    address: /"address":"(10\.[\d.]+)"/.exec(JSON.stringify(some.map(({ state }) => state)))?.[1] ?? '10.0.0.1',
    /** One of the first cluster, with another description each time. */
    changed(n: number) {
      const object = { ...at(n), description: `changed ${n}` };
      const place = { cluster: 'cluster0', server: '', project_name: object.project, parent_name: '' };
      const uuid = uuidOf(rowKindOf('instance'), { ...place, name: object.name, type: '' });
      return { cluster: 0, object, uuid };
    },
  };
}
