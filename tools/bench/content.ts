import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeIncusWorld } from '../../packages/simulator/src/incus/world.ts';
import { seededRandom } from '../../packages/simulator/src/random.ts';
import { makeCertificate } from '../../packages/tls/src/index.ts';
import { type Figure, ms, none, type Row, us } from './row.ts';

const CLUSTERS = 60;
/** 50 servers of 200 instances, held by one: who is a member does not change what the content costs. */
const INSTANCES = 10_000;
const CHANGES = 10_000;
const MOST_MB = 1_000;

type Found = { before: number; grown: number; listed: number; changed: number; listMs: number; changeMs: number };

/** The simulator's clusters full of objects, in a process of their own without sockets. */
export const content: Row = {
  name: 'content',
  about: 'a simulated fleet of 3,000 servers with 200 instances each: what it weighs',
  async run({ quick }) {
    const clusters = quick ? 6 : CLUSTERS;
    const bench = join(import.meta.dirname, '../bench.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [bench, 'child:content', String(clusters)]);
    const found = JSON.parse(stdout) as Found; // printed by runContentChild
    const what = `simulator, ${clusters * INSTANCES} instances`;
    const weight = (mb: number, about: string): Figure => ({
      ...noFigure(`${what}: RSS ${about}`, `${mb} MB (${mb - found.before} MB more than empty)`),
      target: `≤ ${MOST_MB} MB`,
      met: mb <= MOST_MB,
    });
    return [
      weight(found.grown, 'when grown'),
      weight(found.listed, 'after each cluster was listed once'),
      weight(found.changed, `after ${CHANGES} changes more`),
      noFigure(`simulator: a list of ${INSTANCES} instances with state`, ms(found.listMs)),
      noFigure('simulator: one change with its events', us(found.changeMs * 1_000)),
    ];
  },
};

const noFigure = (what: string, ours: string): Figure => ({
  what,
  ours,
  oc: none,
  floor: none,
  target: none,
  met: undefined,
});

export async function runContentChild(clusters: number): Promise<void> {
  const certificate = await makeCertificate({ commonName: 'bench' });
  const startedMs = Date.now();
  const world = makeIncusWorld({
    clock: { nowMs: () => startedMs },
    random: seededRandom('bench'),
    faults: { active: () => undefined },
    afterMs: () => {},
  });
  const members = Array.from({ length: clusters }, (_, place) => {
    const address = '127.77.0.1';
    const addresses = { management: address, cluster: address };
    return world.makeMember({ name: `server${place}`, addresses, certificate, interfaces: [] });
  });
  type Member = (typeof members)[number];
  const ask = (member: Member, method: string, path: string, query: string, body = '') =>
    member.handle({
      method,
      path,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.from(body),
      clientFingerprint: undefined,
      clientCertificatePem: undefined,
      local: true,
      signal: new AbortController().signal,
    });
  const before = rssMb();
  for (const member of members) {
    await ask(member, 'POST', '/1.0/storage-pools', '', '{"name":"local","driver":"dir"}');
    member.grow({ seed: 'bench', instancesPerServer: INSTANCES, projects: 3 });
  }
  const grown = rssMb();
  const listMs = await timed(members.length, async (place) => {
    const { pieces } = await ask(members[place] as Member, 'GET', '/1.0/instances', 'all-projects=true&recursion=2'); // as: in range
    for await (const piece of pieces ?? []) void piece.length;
  });
  const listed = rssMb();
  const changeMs = (await timed(1, () => world.churn.step(CHANGES))) / CHANGES;
  const found: Found = { before, grown, listed, changed: rssMb(), listMs, changeMs };
  process.stdout.write(JSON.stringify(found));
}

const rssMb = (): number => Math.round(process.memoryUsage().rss / 1e6);

async function timed(times: number, run: (place: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  for (let place = 0; place < times; place += 1) await run(place);
  return (performance.now() - started) / times;
}
