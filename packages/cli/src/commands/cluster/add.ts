import type { ClusterPlan } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import type { ArgumentValues, OptionValues } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, flagOn, list, requiredUnless, text } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printable } from '../../output/printable.ts';
import { requireExtension } from '../../require-extension.ts';
import { findRunnablePlan } from '../plan/find-plan.ts';
import { askBeforehand, beginAndFollow } from './asking.ts';
import { creationOptions, readCreation } from './creation-request.ts';
import { planText } from './plan-text.ts';
import { approvePlan, createAtOnce, runPlan } from './run-plan.ts';

const args = {
  name: requiredUnless('run', 'Its name'),
  'connection-url': requiredUnless('run', 'Where people reach it: https://ADDRESS:8443'),
};
const options = {
  ...creationOptions,
  'server-names': { ...creationOptions['server-names'], unless: 'run' },
  plan: flag('Show what would be done, and do nothing; the plan can be run for a day'),
  run: text('Run a plan that was shown, without the files; the first characters of its id are enough', {
    placeholder: 'id',
    names: 'plans',
  }),
  ignore: list('Names of checks that may block', { placeholder: 'checks' }),
  yes: flag('Do not ask before it begins', { short: 'y' }),
  format: { ...showFormat, about: 'Format of the plan: json or yaml instead of text' },
  wait: flagOn('Wait until the cluster stands; --wait=false returns at once'),
};

export const clusterAdd = defineCommand({
  path: ['provisioning', 'cluster', 'add'],
  about: 'Make a cluster of registered servers',
  detail:
    'The first server is bootstrapped, the others join it in the order given. On a terminal the plan is shown before anything is done, and progress after; Ctrl-C asks. Elsewhere it begins at once, and each event is a line on stderr. If it fails, what was made is taken back.',
  examples: [
    'operations-center provisioning cluster add wonderful https://10.0.0.11:8443 -s server1,server2,server3 -c services.yaml -a application.yaml',
    'operations-center provisioning cluster add wonderful https://10.0.0.11:8443 -s server1,server2,server3 --plan',
    'operations-center provisioning cluster add wonderful https://10.0.0.11:8443 -s server1,server2 -a application.yaml --server-overrides overrides.yaml',
    'operations-center provisioning cluster add --run 7c1f0c9d',
    'operations-center provisioning cluster add small https://10.0.0.21:8443 -s server7 --yes --wait=false',
  ],
  args,
  options,
  run: async (call): Promise<ClusterPlan | undefined> => {
    const { api, terminal, globals, args: given, options: wish } = call;
    checkOptions(given, wish);
    const parts = { api, terminal, globals };
    if (wish.run !== '') {
      await requireExtension(api, 'cluster_plan', 'plans of clusters');
      const id = await findRunnablePlan(api, wish.run, 'create');
      await beginAndFollow(parts, wish.wait, (signal) => runPlan(api, id, signal));
      return undefined;
    }
    const warn = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
    const body = await readCreation(given.name ?? '', given['connection-url'] ?? '', wish, warn);
    const isOfOurs = body['server_overrides'] !== undefined || body['builtin_variables'] !== undefined;
    if (wish.plan || wish.ignore.length > 0 || isOfOurs)
      await requireExtension(api, 'cluster_plan', 'plans of clusters');
    if (!(await api.announces('cluster_plan'))) {
      await beginAndFollow(parts, wish.wait, (signal) => createAtOnce(api, body, signal));
      return undefined;
    }
    const looking = `Looking at ${wish['server-names'].length === 1 ? '1 server' : `${wish['server-names'].length} servers`} …`;
    const plan = await askBeforehand(parts, looking, (signal) =>
      api.ask('clusters_plan', { body: { ...body, ignore: [...wish.ignore] }, signal }),
    );
    if (wish.plan) return plan;
    await approvePlan(plan, parts, wish.yes);
    await beginAndFollow(parts, wish.wait, (signal) => runPlan(api, plan.id, signal));
    return undefined;
  },
  show: (plan, { options: { format }, terminal }) =>
    plan === undefined
      ? ''
      : showObject(plan, format, () => `${planText(plan, terminalWidth(terminal))}${runText(plan)}`),
});

const runText = ({ id, runnable }: ClusterPlan): string =>
  runnable ? `Run it: operations-center provisioning cluster add --run ${id}\n` : '';

/** What stands in a plan cannot be said again beside it. */
function checkOptions(given: ArgumentValues<typeof args>, wish: OptionValues<typeof options>): void {
  if (wish.run === '') {
    if (wish.format !== '' && !wish.plan)
      throw new UsageFailure('--format needs --plan', 'Only a plan has a format: add --plan.');
    return;
  }
  const { run: _run, yes: _yes, wait: _wait, ...others } = wish;
  const typed = [
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`<${name}>`])),
    ...Object.entries(others).flatMap(([name, value]) => {
      const initial: unknown = options[name as keyof typeof others].initial; // the names are those of the options
      return String(value) === String(initial) ? [] : [`--${name}`];
    }),
  ];
  if (typed.length === 0) return;
  throw new UsageFailure(`--run excludes ${typed.join(', ')}`, 'All of that stands in the plan already.');
}
