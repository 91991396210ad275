import { type Lab, startLab } from '../../scenarios/lib/lab.ts';
import { type Measured, measure, pidOfDaemon } from './costs.ts';
import { pageConfigs } from './page.ts';
import { createByBareRest } from './real-floor.ts';
import { type Bench, median, ms, none, type Row } from './row.ts';
import { identityOf } from './world.ts';

/** The user's page on three real Incus, beside the same by bare REST (engineering E11). Needs root. */
export const realCreation: Row = {
  name: 'real',
  about: "three real Incus with the page's files, in turns with bare REST",
  async run(bench) {
    if (process.getuid?.() !== 0) throw new Error('real Incus needs root (network namespaces)');
    const ours: Own[] = [];
    const floors: number[] = [];
    for (let round = 1; round <= (bench.quick ? 3 : 5); round += 1) {
      ours.push(await inLab(bench, ownRun));
      floors.push(await inLab(bench, floorRun));
      bench.say(`round ${round}: ours ${ms(ours.at(-1)?.wallMs ?? 0)}, floor ${ms(floors.at(-1) ?? 0)}`);
    }
    const own = median(ours.map((run) => run.wallMs));
    const floor = median(floors);
    const preflight = median(ours.map((run) => run.preflightMs));
    const [one] = ours;
    const measured = one === undefined ? {} : { measured: one.measured };
    return [
      {
        what: "create a cluster of 3 real Incus, the page's files: POST to 201",
        ours: `${ms(own)} = ${(own / floor).toFixed(2)} × floor`,
        oc: '11–12 s',
        floor: ms(floor),
        target: '≤ 1.1 × floor',
        met: own <= floor * 1.1,
        ...measured,
      },
      {
        what: 'the same: preflight, POST to the first step after it',
        ours: ms(preflight),
        oc: none,
        floor: none,
        target: '≤ 300 ms',
        met: preflight <= 300,
        ...measured,
      },
    ];
  },
};

/** New servers for every run: what a cluster leaves behind would make the next one another thing. */
async function inLab<T>(bench: Bench, run: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await startLab({ members: 3, environment: bench.daemonEnvironment });
  try {
    return await run(lab);
  } finally {
    await lab.stop();
  }
}

async function floorRun(lab: Lab): Promise<number> {
  const identity = identityOf(lab.daemon);
  // Nobody polls the servers meanwhile.
  await lab.daemon.stop();
  return createByBareRest(lab.servers, identity);
}

type Own = { wallMs: number; preflightMs: number; measured: Measured };

async function ownRun(lab: Lab): Promise<Own> {
  const { daemon } = lab;
  const { services_config, application_seed_config } = await pageConfigs();
  const body = {
    name: 'wonderful',
    connection_url: lab.servers[0]?.url ?? '',
    server_names: lab.servers.map((server) => server.name),
    server_type: 'incus',
    services_config,
    // This kernel may have no ZFS: in the lab the pool is a directory.
    application_seed_config: { ...application_seed_config, storage_pools: [{ name: 'local', driver: 'dir' }] },
  };
  const asked = Date.now();
  const { result: made, measured } = await measure(pidOfDaemon(daemon.directory), 1, () =>
    daemon.client('clusters_create', { body }),
  );
  if (made.kind !== 'ok') throw new Error(`no cluster: ${JSON.stringify(made).slice(0, 500)}`);
  return { wallMs: measured.wallMs, preflightMs: (await preflightEnd(daemon)) - asked, measured };
}

type Step = { name: string; started_at: string | null };

/** When the first step after the preflight began: epoch milliseconds, from the operation itself. */
async function preflightEnd(daemon: Lab['daemon']): Promise<number> {
  const list = await daemon.client('operations_list', { query: { recursion: '1' } });
  const text = JSON.stringify(list.kind === 'ok' ? list.metadata : list);
  const steps = [...text.matchAll(/\{[^{}]*"attempt":[^{}]*\}/g)].map(([step]) => JSON.parse(step) as Step);
  const reserve = steps.find(({ name }) => name === 'reserve');
  return Date.parse(reserve?.started_at ?? '');
}
