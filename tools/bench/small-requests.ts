import { each, type Measured, measure } from './costs.ts';
import { type Floor, startFloor } from './floor.ts';
import { type LoadJob, type LoadResult, runLoad } from './load.ts';
import { type Figure, type Row, us } from './row.ts';
import { type MeasuredDaemon, makeIdentities, registerAll, startMeasured, startSilence } from './world.ts';

type Kind = {
  what: string;
  oc: string;
  target: string;
  /** µs CPU a request. */
  limit: number;
  job: Omit<LoadJob, 'url' | 'count'>;
  count: number;
};

const token = { uses_remaining: 1, expire_at: '2099-01-01T00:00:00Z', description: 'bench' };

/** The requests that come often, over TLS with a client certificate. */
export const smallRequests: Row = {
  name: 'small',
  about: 'POST token, PUT :self, GET /1.0, new TLS connections',
  async run(bench) {
    const silence = await startSilence();
    const measured = await startMeasured(bench);
    const floor = await startFloor();
    try {
      const servers = await makeIdentities(32);
      await registerAll(measured.daemon, servers, silence.url, 32);
      const self = { connection_url: silence.url, cause: 'network-config-changed' };
      const own = [measured.identity];
      const n = bench.quick ? 1 : 4;
      const post = { identities: own, method: 'POST', paths: ['/1.0/provisioning/tokens'], bodies: [token] };
      const kinds: Kind[] = [
        {
          what: 'POST token, 16 at once',
          oc: '530–850 µs, 600–1,100/s',
          target: '≤ 212 µs',
          limit: 212,
          job: { ...post, lanes: 16 },
          count: 2_500 * n,
        },
        {
          what: 'POST token, 32 at once',
          oc: '530–850 µs, 600–1,100/s',
          target: '≤ 212 µs',
          limit: 212,
          job: { ...post, lanes: 32 },
          count: 2_500 * n,
        },
        {
          what: 'PUT :self, 32 at once',
          oc: '530–850 µs, 600–1,100/s',
          target: '≤ 212 µs',
          limit: 212,
          job: {
            identities: servers,
            method: 'PUT',
            paths: ['/1.0/provisioning/servers/:self'],
            bodies: [self],
            lanes: 32,
          },
          count: 2_500 * n,
        },
        {
          what: 'GET /1.0, kept connection',
          oc: '20–57 µs',
          target: '≤ 85 µs',
          limit: 85,
          job: { identities: own, method: 'GET', paths: ['/1.0'], lanes: 8 },
          count: 5_000 * n,
        },
        {
          what: 'GET /1.0, new TLS connection',
          oc: '1.60–1.85 ms',
          target: '≤ 1.85 ms',
          limit: 1_850,
          job: { identities: own, method: 'GET', paths: ['/1.0'], lanes: 8, fresh: true },
          count: 600 * n,
        },
      ];
      const figures: Figure[] = [];
      for (const kind of kinds) figures.push(await figureOf(kind, measured, floor));
      return figures;
    } finally {
      await Promise.all([measured.stop(), floor.stop()]);
      silence.stop();
    }
  },
};

async function figureOf(kind: Kind, { daemon, pid }: MeasuredDaemon, floor: Floor): Promise<Figure> {
  const ours = await cost(pid, { ...kind.job, url: daemon.url, count: kind.count });
  const bare = await cost(floor.pid, { ...kind.job, url: floor.url, count: kind.count });
  return {
    what: kind.what,
    ours: tell(ours),
    oc: kind.oc,
    floor: tell(bare),
    target: kind.target,
    met: each(ours.measured) <= kind.limit,
    measured: ours.measured,
  };
}

async function cost(pid: number, job: LoadJob): Promise<{ measured: Measured; result: LoadResult }> {
  // Code that has not run a few hundred times is not compiled yet.
  await runLoad({ ...job, count: Math.min(1_000, job.count) });
  return measure(pid, job.count, () => runLoad(job));
}

const tell = ({ measured, result }: { measured: Measured; result: LoadResult }): string =>
  `${us(each(measured))}, ${Math.round((result.count / result.wallMs) * 1_000).toLocaleString('en')}/s`;
