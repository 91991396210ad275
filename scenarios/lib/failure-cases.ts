import {
  addFromTemplate,
  addTemplate,
  addWith,
  answerOf,
  cluster,
  commandOf,
  during,
  type FailureCase,
  gone,
  killDaemon,
  postAndHangUp,
  presentOf,
  refusal,
  seed,
  untilWaitedFor,
} from './failure-case.ts';
import { addCluster, untilBegun } from './story.ts';

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
