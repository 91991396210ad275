import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from './programs.ts';
import { addCluster, lastOperation, untilBegun } from './story.ts';
import type { Trio } from './trio.ts';
import { until } from './world.ts';

export const cluster = 'wonderful';

/**
 * One thing that goes wrong. `ends`: *never there*, the name is free and the servers are as they were, or *stands*, a
 * whole cluster of three; *either* where it depends on the moment.
 */
export type FailureCase = {
  what: string;
  /** What OC 0.8.1 left of the same: is the name free, are the servers reusable? */
  in_oc: readonly [nameFree: string, reusable: string];
  ends: 'never there' | 'stands' | 'either';
  run(trio: Trio): Promise<Told>;
};

/** What the person at the terminal read; `wrong` is what should not be. */
type Told = { answer: string; wrong?: string[] };

const answerOf = ({ exit, stderr }: Ran): string => {
  if (exit === 0) return 'made';
  const lines = stderr.trim().split('\n');
  return lines.find((line) => line.startsWith('Error: ')) ?? lines.at(-1) ?? '';
};

/** `cluster add` with a file of its own in place of one of the page's. */
function addWith(trio: Trio, change: { services?: string; application?: string; servers?: string[]; more?: string[] }) {
  const write = (name: string, text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    writeFileSync(join(trio.directory, name), text);
    return join(trio.directory, name);
  };
  const services = write('services-of-case.yaml', change.services) ?? trio.files.services;
  const application = write('application-of-case.yaml', change.application) ?? trio.files.application;
  return addCluster(
    { ...trio, files: { ...trio.files, services, application } },
    cluster,
    change.servers,
    change.more ?? [],
  );
}

const writeIn = ({ directory }: Trio, name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

/** A template with a variable that must be given. */
async function addTemplate(trio: Trio): Promise<void> {
  const services = writeIn(
    trio,
    'services.tmpl',
    'nvme:\n  enabled: true\n  targets: [{transport: tcp, address: @ADDRESS@}]\n',
  );
  const application = writeIn(trio, 'application.tmpl', 'config:\n  user.ui.title: "@TITLE@"\n');
  const variables = writeIn(trio, 'variables.yaml', 'ADDRESS: {description: of the target}\nTITLE: {}\n');
  const files = ['-c', services, '-a', application, '--variables', variables];
  const added = await trio.daemon.cli('provisioning', 'cluster-template', 'add', 'branch', ...files);
  if (added.exit !== 0) throw new Error(added.stderr);
}

/** `cluster add` from a template, with these values. */
const addFromTemplate = (trio: Trio, template: string, values: string): Promise<Ran> =>
  trio.daemon.cli(
    ...commandOf(trio).slice(0, -2),
    `--cluster-template=${template}`,
    `--cluster-template-variables=${writeIn(trio, 'values.yaml', values)}`,
  );

const refusal = (what: string, in_oc: FailureCase['in_oc'], add: (trio: Trio) => Promise<Ran>): FailureCase => ({
  what,
  in_oc,
  ends: 'never there',
  run: async (trio) => ({ answer: answerOf(await add(trio)) }),
});

const seed = (what: string, in_oc: FailureCase['in_oc'], text: string): FailureCase => ({
  what,
  in_oc,
  ends: 'stands',
  run: async (trio) => ({ answer: answerOf(await addWith(trio, { application: `${text}${trio.extra}` })) }),
});

/** Something happens while this step runs; the answer comes when it has been mended. */
const during = (
  what: string,
  in_oc: FailureCase['in_oc'],
  ends: FailureCase['ends'],
  step: string,
  act: (trio: Trio) => Promise<void>,
): FailureCase => ({
  what,
  in_oc,
  ends,
  async run(trio) {
    const adding = addCluster(trio, cluster);
    await untilBegun(trio.daemon, step);
    await act(trio);
    return { answer: answerOf(await adding) };
  },
});

/** The operation says that it waits for this server, perhaps only while it takes back what it did. */
const untilWaitedFor = (trio: Trio, server: string, status?: 'undoing'): Promise<void> =>
  until(
    `the operation to wait for ${server}`,
    async () => {
      const { metadata } = await lastOperation(trio.daemon);
      const waitsForIt = metadata.waits.some(({ observed }) => observed?.text.includes(server) ?? false);
      return waitsForIt && (status === undefined || metadata.status === status);
    },
    120_000,
  );

const gone = (what: string, leave: (trio: Trio) => Promise<void>): FailureCase => ({
  what,
  in_oc: ['after remove', 'server1 no'],
  ends: 'stands',
  async run(trio) {
    await leave(trio);
    return { answer: 'nobody is there to be told' };
  },
});

/** Posts as a program would, and hangs up. */
async function postAndHangUp(trio: Trio, afterMs: number): Promise<void> {
  const body = {
    name: cluster,
    connection_url: trio.servers[0]?.url ?? '',
    server_type: 'incus',
    server_names: trio.servers.map(({ name }) => name),
    services_config: { lvm: { enabled: true } },
    application_seed_config: {
      config: { 'user.ui.title': 'My wonderful cluster' },
      ...(trio.extra === '' ? {} : { storage_pools: [{ name: 'local', driver: 'dir' }] }),
    },
  };
  const asked = trio.daemon.send({
    method: 'POST',
    path: '/1.0/provisioning/clusters',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(afterMs),
  });
  await asked.catch(() => undefined);
}

const killDaemon = async ({ daemon }: Trio): Promise<void> => {
  await daemon.kill();
  await daemon.restart();
};

/** The rows of OC's own table (oc-on-real-incus.md §4), in its order. */
export const failureCases: readonly FailureCase[] = [
  {
    what: 'one daemon is down before the creation',
    in_oc: ['after remove', 'yes'],
    ends: 'never there',
    async run(trio) {
      await trio.down('server3');
      const answer = answerOf(await addCluster(trio, cluster));
      await trio.up('server3');
      return { answer };
    },
  },
  during(
    'one daemon is killed before it joins',
    ['after remove', 'server1, server2 no'],
    'never there',
    'bootstrap/server1',
    async (trio) => {
      await trio.down('server3');
      await untilWaitedFor(trio, 'server3', 'undoing');
      await trio.up('server3');
    },
  ),
  during(
    'one server is cut off before it joins (no RST)',
    ['after remove', 'server1, server2 no'],
    'never there',
    'bootstrap/server1',
    async (trio) => {
      await trio.cut('server3');
      await untilWaitedFor(trio, 'server3', 'undoing');
      await trio.heal('server3');
    },
  ),
  refusal('a pool with an unknown driver', ['no (--force only)', 'no: rows are deleted'], (trio) =>
    addWith(trio, { application: 'storage_pools:\n  - name: local\n    driver: nosuch\n' }),
  ),
  seed(
    'a cluster group with its members',
    ['no', 'no'],
    'cluster_groups:\n  - name: gpu\n    members: [server1, server2]\n',
  ),
  seed('a quote in a description', ['no', 'no'], 'projects:\n  - name: web\n    description: say "hi"\n'),
  seed(
    'profile default with project default',
    ['no', 'no'],
    'profiles:\n  - name: default\n    project: default\n    description: ours\n',
  ),
  {
    what: 'a pool of driver dir',
    in_oc: ['no', 'no'],
    ends: 'stands',
    run: async (trio) => ({
      answer: answerOf(await addWith(trio, { application: 'storage_pools:\n  - name: local\n    driver: dir\n' })),
    }),
  },
  refusal('a seed of the wrong type', ['yes', 'yes'], (trio) => addWith(trio, { application: 'networks: 7\n' })),
  refusal('an unknown service', ['after remove', 'yes'], (trio) =>
    addWith(trio, { services: 'nvmee:\n  enabled: true\n' }),
  ),
  refusal('another server type', ['after remove', 'yes'], (trio) =>
    addWith(trio, { more: ['--server-type=incus-lts-7.0'] }),
  ),
  {
    what: 'the name exists',
    in_oc: ['-', '-'],
    ends: 'stands',
    async run(trio) {
      await addCluster(trio, cluster);
      return { answer: answerOf(await addCluster(trio, cluster)) };
    },
  },
  {
    what: 'the servers are taken',
    in_oc: ['yes', '-'],
    ends: 'stands',
    async run(trio) {
      await addCluster(trio, cluster);
      const answer = answerOf(await addCluster(trio, 'another'));
      return { answer, wrong: await presentOf(trio, 'another') };
    },
  },
  {
    what: 'a ready cluster is removed',
    in_oc: ['-', '-'],
    ends: 'stands',
    async run(trio) {
      await addCluster(trio, cluster);
      return { answer: answerOf(await trio.daemon.cli('provisioning', 'cluster', 'remove', cluster)) };
    },
  },
  gone('the client is gone after 0.5 s', (trio) => postAndHangUp(trio, 500)),
  gone('the client is gone after 3 s', (trio) => postAndHangUp(trio, 3_000)),
  gone('the CLI is killed while the configuration is applied', async (trio) => {
    const cli = trio.daemon.startCli(...commandOf(trio));
    await untilBegun(trio.daemon, 'apply-application-config/');
    await cli.stop('SIGKILL');
  }),
  during(
    'our daemon is killed during a join',
    ['after remove', 'server1 no'],
    'stands',
    'await-member/server2',
    killDaemon,
  ),
  during(
    'our daemon is killed while the configuration is applied',
    ['no', 'no'],
    'stands',
    'apply-application-config/',
    killDaemon,
  ),
  {
    what: 'two creations at once from the same servers',
    in_oc: ['2nd after remove', '-'],
    ends: 'stands',
    async run(trio) {
      const [first, second] = await Promise.all([addCluster(trio, cluster), addCluster(trio, 'another')]);
      // Whoever came first: the other one must not be there.
      const [won, lost] = first.exit === 0 ? [cluster, second] : ['another', first];
      if (won === 'another') await trio.daemon.cli('provisioning', 'cluster', 'rename', 'another', cluster);
      return { answer: answerOf(lost), wrong: await presentOf(trio, 'another') };
    },
  },
  refusal('a template misses a required value', ['yes', 'yes'], async (trio) => {
    await addTemplate(trio);
    return addFromTemplate(trio, 'branch', 'TITLE: "My wonderful cluster"\n');
  }),
  refusal('the template is unknown', ['yes', 'yes'], (trio) => addFromTemplate(trio, 'nope', 'ADDRESS: 10.0.0.1\n')),
  refusal('a server is named twice', ['after remove', 'server1 no'], (trio) =>
    addWith(trio, { servers: ['server1', 'server2', 'server2'] }),
  ),
];

const notTried = ['not tried', 'not tried'] as const;

/** What OC's table does not have. */
export const mishaps: readonly FailureCase[] = [
  during('one incusd is killed in the middle of its join', notTried, 'either', 'await-member/server3', async (trio) => {
    await trio.down('server3');
    await untilWaitedFor(trio, 'server3');
    await trio.up('server3');
  }),
  during('the first server is cut off during its bootstrap', notTried, 'either', 'bootstrap/server1', async (trio) => {
    await trio.cut('server1');
    await untilWaitedFor(trio, 'server1');
    await trio.heal('server1');
  }),
  during(
    'two of three daemons are killed while the configuration is applied',
    notTried,
    'either',
    'adopt',
    async (trio) => {
      await Promise.all([trio.down('server2'), trio.down('server3')]);
      await untilWaitedFor(trio, 'server1');
      await Promise.all([trio.up('server2'), trio.up('server3')]);
    },
  ),
];

/** What real Incus is asked in every run of the tests; `npm run proof` asks it all of them. */
export const everyRun: readonly FailureCase[] = [...failureCases, ...mishaps].filter(({ what }) =>
  ['one daemon is killed before it joins', 'the first server is cut off during its bootstrap'].includes(what),
);

async function presentOf({ daemon }: Trio, name: string): Promise<string[]> {
  const shown = await daemon.client('cluster_show', { params: { name } });
  return shown.kind === 'ok' ? [`there is a cluster ${name}`] : [];
}

const commandOf = ({ servers, files }: Trio): string[] => [
  'provisioning',
  'cluster',
  'add',
  cluster,
  servers[0]?.url ?? '',
  `--server-names=${servers.map(({ name }) => name).join(',')}`,
  `--services-config=${files.services}`,
  `--application-seed-config=${files.application}`,
];
