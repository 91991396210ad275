import { each, type Measured, measure } from './costs.ts';
import { awaitReadyCount, startBenchFleet } from './fleet.ts';
import { type Floor, startFloor } from './floor.ts';
import { type LoadJob, type LoadResult, runLoad } from './load.ts';
import { type Bench, type Figure, ms, none, type Row, us } from './row.ts';
import { type MeasuredDaemon, startMeasured } from './world.ts';

const path = '/1.0/provisioning/servers';
const whole = `${path}?recursion=1`;

/** A fleet of 1,000 that registers itself; then its full polls, its list, and one of it. */
export const servers: Row = {
  name: 'servers',
  about: '1,000 servers register themselves; full polls; lists idle and while polling; one server',
  async run(bench) {
    const count = bench.quick ? 200 : 1_000;
    const measured = await startMeasured(bench);
    const network = `127.${150 + (process.pid % 50)}.0.0/16`;
    const arrival = await measure(measured.pid, count, async () => {
      await startBenchFleet(measured, count, { network });
      await awaitReadyCount(measured, count, 300_000);
    });
    const floor = await startFloor();
    try {
      bench.say(`${count} servers are ready; their lists`);
      return [
        arrived(count, arrival.measured),
        ...(await lists(bench, measured, floor, count)),
        ...(await polls(measured, floor, count)),
      ];
    } finally {
      await Promise.all([measured.stop(), floor.stop()]);
    }
  },
};

const arrived = (count: number, measured: Measured): Figure => ({
  what: `${count.toLocaleString('en')} servers register, 32 at once, until all are ready: registration, :self, full polls`,
  ours: `${us(each(measured))} each, ${(measured.wallMs / 1_000).toFixed(1)} s`,
  oc: '7.7 ms',
  floor: none,
  target: '≤ 2.5 + 1.85 + 4 ms',
  met: each(measured) <= 8_350,
  measured,
});

async function lists(
  bench: Bench,
  { daemon, pid, identity }: MeasuredDaemon,
  floor: Floor,
  count: number,
): Promise<Figure[]> {
  const reply = await daemon.send({ method: 'GET', path: whole, headers: {}, body: undefined, signal: undefined });
  const { metadata } = JSON.parse(reply.text) as { metadata: unknown[] };
  if (metadata.length !== count)
    throw new Error(`${metadata.length} servers in the list, not ${count}: lost or doubled`);
  await daemonless(floor, metadata, identity);
  const job: LoadJob = {
    url: daemon.url,
    identities: [identity],
    method: 'GET',
    paths: [whole],
    lanes: 1,
    count: bench.quick ? 30 : 100,
  };
  const list = await idle(pid, job);
  const bare = await idle(floor.pid, { ...job, url: floor.url });
  const many = await idle(pid, { ...job, lanes: 16 });
  const names = Array.from({ length: Math.min(count, 200) }, (_, index) => `${path}/server${index + 1}`);
  const oneJob: LoadJob = { ...job, paths: names, lanes: 8, count: bench.quick ? 2_000 : 10_000 };
  const one = await idle(pid, oneJob);
  const bareOne = await idle(floor.pid, { ...oneJob, url: floor.url });
  const size = `${(list.result.bytes / 1e6).toFixed(1)} MB`;
  // The table's figures are for 1,000 servers; simulated ones have more to tell than the 3.3 MB they were set for.
  const limit = 20_000 * (count / 1_000);
  const target = `≤ ${ms(limit / 1_000)} CPU`;
  const label = `list ${count.toLocaleString('en')} servers (${size})`;
  return [
    figure(`${label}, idle`, list, bare, '158 ms CPU', target, limit),
    figure(`${label}, 16 at once`, many, undefined, '158 ms CPU, 1.9 s', target, limit),
    figure('one server, 8 at once', one, bareOne, '0.25–0.4 ms', '≤ 150 µs', 150),
  ];
}

/** Gives the floor the same objects. */
async function daemonless(floor: Floor, objects: unknown[], identity: LoadJob['identities'][number]): Promise<void> {
  await runLoad({
    url: floor.url,
    identities: [identity],
    method: 'PUT',
    paths: ['/fill'],
    bodies: [objects],
    lanes: 1,
    count: 1,
  });
}

type Cost = { measured: Measured; result: LoadResult };

async function idle(pid: number, job: LoadJob): Promise<Cost> {
  await runLoad({ ...job, count: Math.ceil(job.count / 10) });
  const before = await measure(pid, 1, () => new Promise<void>((resolve) => setTimeout(resolve, 2_000)));
  const cost = await measure(pid, job.count, () => runLoad(job));
  // The light polls that go on all the time are not the list's.
  const background = (before.measured.cpuUs / before.measured.wallMs) * cost.measured.wallMs;
  return { ...cost, measured: { ...cost.measured, cpuUs: Math.max(0, cost.measured.cpuUs - background) } };
}

const figure = (
  what: string,
  ours: Cost,
  bare: Cost | undefined,
  oc: string,
  target: string,
  limit: number,
): Figure => ({
  what,
  ours: tell(ours),
  oc,
  floor: bare === undefined ? none : tell(bare),
  target,
  met: each(ours.measured) <= limit,
  measured: ours.measured,
});

const tell = ({ measured, result }: Cost): string =>
  `${us(each(measured))} CPU; p50 ${ms(result.p50)}, p99 ${ms(result.p99)}`;

/** Every server is polled in full at once; meanwhile the list is asked for. */
async function polls({ daemon, pid, identity }: MeasuredDaemon, floor: Floor, count: number): Promise<Figure[]> {
  const resync: LoadJob = {
    url: daemon.url,
    identities: [identity],
    method: 'POST',
    paths: Array.from({ length: count }, (_, index) => `${path}/server${index + 1}/:resync`),
    lanes: 24,
    count,
  };
  const list: LoadJob = { ...resync, method: 'GET', paths: [whole], lanes: 1, count: 20 };
  const full = await measure(pid, count, () => runLoad(resync));
  const [beside] = await Promise.all([runLoad(list), runLoad(resync)]);
  const bare = await runLoad({ ...list, url: floor.url });
  const alone = await runLoad(list);
  return [
    {
      what: 'full poll of an answering server (with the request that asks for it)',
      ours: us(each(full.measured)),
      oc: '4.6 ms',
      floor: none,
      target: '≤ 4 ms',
      met: each(full.measured) <= 4_000,
      measured: full.measured,
    },
    {
      what: `list ${count.toLocaleString('en')} servers while all are polled in full: wall time`,
      ours: `p50 ${ms(beside.p50)}, p99 ${ms(beside.p99)} (idle p50 ${ms(alone.p50)})`,
      oc: '15 s while 300 are polled',
      floor: `idle p50 ${ms(bare.p50)}`,
      target: 'as idle (≤ 3 ×)',
      met: beside.p50 <= alone.p50 * 3,
      measured: full.measured,
    },
  ];
}
