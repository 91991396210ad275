import type { ApplyPlanView } from '@operations-center/contract';
import { isInteractive, terminalWidth } from '../../call.ts';
import { defineCommand, type OptionValues } from '../../command.ts';
import { type CliFailure, LeftRunning, UsageFailure } from '../../failures/failure.ts';
import { flag, flagOn, list, required, text } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printable } from '../../output/printable.ts';
import { askLine } from '../../prompt.ts';
import { requireExtension } from '../../require-extension.ts';
import { findRunnablePlan } from '../plan/find-plan.ts';
import { applyText, isPrune } from './apply-text.ts';
import { askBeforehand, beginAndFollow } from './asking.ts';
import { readApplicationFile, readOverridesFile, readServicesFile } from './cluster-files.ts';
import { creationOptions } from './creation-request.ts';
import { itemName } from './plan-lines.ts';
import { operationOf, type RunParts } from './run-plan.ts';

const options = {
  'services-config': creationOptions['services-config'],
  'application-seed-config': creationOptions['application-seed-config'],
  'server-overrides': creationOptions['server-overrides'],
  'builtin-variables': creationOptions['builtin-variables'],
  'allow-unknown': creationOptions['allow-unknown'],
  take: list('Where others changed something: file, live, or ITEM=file, ITEM:KEY=live', { placeholder: 'sides' }),
  prune: flag('Delete what earlier files had and this one has not, if we made it and nothing uses it'),
  plan: flag('Show what would be done, and do nothing; the plan can be run for a day'),
  run: text('Run a plan that was shown, without the file; the first characters of its id are enough', {
    placeholder: 'id',
    names: 'plans',
  }),
  yes: flag('Do not ask before it begins', { short: 'y' }),
  format: { ...showFormat, about: 'Format of the plan: json or yaml instead of text' },
  wait: flagOn('Wait until it is done; --wait=false returns at once'),
};

export const clusterApply = defineCommand({
  path: ['provisioning', 'cluster', 'apply'],
  about: 'Bring a living cluster to what a changed file says',
  detail:
    'Compares the file, what was applied last, and what is live; changes only what differs, item by item, and puts all back if it fails. What the file never spoke of is left alone, and nothing is deleted without --prune: that lists first what goes and what stays, and why; then it asks for the name of the cluster, or needs --yes. Where others changed the same thing a side must be chosen. On a terminal the plan is shown before anything is done.',
  examples: [
    'operations-center provisioning cluster apply wonderful -a application.yaml --plan',
    'operations-center provisioning cluster apply wonderful -a application.yaml',
    'operations-center provisioning cluster apply wonderful -a application.yaml --take profile/default/web:limits.cpu=file --yes',
    'operations-center provisioning cluster apply wonderful -a application.yaml --prune --plan',
    'operations-center provisioning cluster apply wonderful --run 7c1f0c9d…',
  ],
  args: { name: required('The cluster', { names: 'clusters' }) },
  options,
  run: async ({ api, terminal, globals, args, options: wish }): Promise<ApplyPlanView | undefined> => {
    checkOptions(wish);
    await requireExtension(api, 'cluster_apply', 'applying a file to a living cluster');
    const parts = { api, terminal, globals };
    if (wish.run !== '') {
      const id = await findRunnablePlan(api, wish.run, 'apply');
      await runApply(parts, args.name, id, wish.wait);
      return undefined;
    }
    const warn = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
    const way = { allowUnknown: wish['allow-unknown'], builtIns: wish['builtin-variables'] };
    const body = {
      application_seed_config: await readApplicationFile(wish['application-seed-config'], wish['allow-unknown'], warn),
      ...(wish['allow-unknown'] ? { allow_unknown: true } : {}),
      // Without the file the services are left alone.
      ...(wish['services-config'] === ''
        ? {}
        : {
            services_config: await readServicesFile(wish['services-config'], way, warn),
          }),
      ...(wish['server-overrides'] === ''
        ? {}
        : {
            server_overrides: await readOverridesFile(wish['server-overrides'], way, warn),
          }),
      ...(wish['builtin-variables'] ? { builtin_variables: true } : {}),
      take: readSides(wish.take),
      ...(wish.prune ? { prune: true } : {}),
    };
    const plan = await askBeforehand(parts, `Looking at cluster "${args.name}" …`, (signal) =>
      api.ask('cluster_apply_plan', { params: { name: args.name }, body, signal }),
    );
    if (wish.plan) return plan;
    if (isNothing(plan)) return finishQuietly(parts, plan, wish.wait);
    await approve(parts, plan, wish.yes);
    await runApply(parts, args.name, plan.id, wish.wait);
    return undefined;
  },
  show: (plan, { options: { format }, terminal }) =>
    plan === undefined
      ? ''
      : showObject(plan, format, () => `${applyText(plan, terminalWidth(terminal))}${runText(plan)}`),
});

function checkOptions(wish: OptionValues<typeof options>): void {
  const hasFile = wish['application-seed-config'] !== '';
  if (wish.run === '' && !hasFile)
    throw new UsageFailure(
      '--application-seed-config is missing',
      'What left the file is unset: it is always needed whole.',
    );
  if (wish.run === '' && wish.format !== '' && !wish.plan)
    throw new UsageFailure('--format needs --plan', 'Only a plan has a format: add --plan.');
  if (
    wish.run !== '' &&
    (hasFile ||
      wish['services-config'] !== '' ||
      wish['server-overrides'] !== '' ||
      wish['builtin-variables'] ||
      wish.plan ||
      wish.prune ||
      wish.take.length > 0 ||
      wish.format !== '')
  )
    throw new UsageFailure('--run excludes files and what is said about a plan', 'All of that stands in it already.');
}

type Side = 'file' | 'live';

/** `file` is for all; `profile/default/web=live` for one item, `…:limits.cpu=live` for one key of it. */
function readSides(words: readonly string[]): Record<string, Side> {
  return Object.fromEntries(
    words.map((word): [string, Side] => {
      const [, name = '', side] = /^(?:(.+)=)?(file|live)$/s.exec(word) ?? [];
      if (side !== 'file' && side !== 'live')
        throw new UsageFailure(
          `--take ${word} names no side`,
          'It is file or live, for all, or after ITEM= or ITEM:KEY=.',
        );
      return [name, side];
    }),
  );
}

const isNothing = ({ steps, runnable }: ApplyPlanView): boolean => runnable && steps.length === 0;

/** What the file says is remembered even if nothing is to change: the next one is compared with it. */
async function finishQuietly(parts: RunParts, plan: ApplyPlanView, wait: boolean): Promise<ApplyPlanView> {
  if (plan.remembers) {
    const quiet = { ...parts, globals: { ...parts.globals, quiet: true } };
    await runApply(quiet, plan.cluster, plan.id, wait);
  }
  return plan;
}

/** Shows the plan and asks, where somebody can read and answer. */
async function approve({ terminal }: RunParts, plan: ApplyPlanView, isSure: boolean): Promise<void> {
  const doomed = plan.steps.filter(isPrune).length;
  if (isSure) return;
  if (!isInteractive(terminal)) {
    if (doomed > 0 && plan.runnable) throw needsYes(plan, doomed);
    return;
  }
  terminal.stderr.write(applyText(plan, terminalWidth(terminal)));
  // Running it says why not.
  if (!plan.runnable) return;
  if (await isApproved(terminal, plan, doomed)) return;
  const later = `operations-center provisioning cluster apply ${plan.cluster} --run ${plan.id}`;
  throw new LeftRunning(`Nothing was changed. The plan can be run until ${plan.expires_at.slice(0, 16)}Z: ${later}`);
}

/** Deleting is asked for by name: an answer that was on the way already is no consent. */
async function isApproved(terminal: RunParts['terminal'], plan: ApplyPlanView, doomed: number): Promise<boolean> {
  if (doomed === 0) return /^y(es)?$/i.test((await askLine(terminal, 'Apply this? [y/N] '))?.trim() ?? '');
  const question = `This deletes ${itemsText(doomed)}. Type the name of the cluster to apply it: `;
  return (await askLine(terminal, question))?.trim() === plan.cluster;
}

const itemsText = (count: number): string => `${count} item${count === 1 ? '' : 's'}`;

function needsYes(plan: ApplyPlanView, doomed: number): CliFailure {
  const names = plan.steps.filter(isPrune).map(({ target }) => itemName(target ?? ''));
  const few = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`;
  return new UsageFailure(
    `this would delete ${itemsText(doomed)} of cluster "${plan.cluster}": ${few}`,
    `Nothing was changed. See all of it with --plan; if it is right, add --yes, or run just this plan: --run ${plan.id}`,
    'needs_yes',
  );
}

const runApply = ({ api, ...parts }: RunParts, name: string, plan: string, wait: boolean): Promise<void> =>
  beginAndFollow({ api, ...parts }, wait, (signal) =>
    operationOf(
      api,
      api.call('cluster_apply_run', { params: { name }, body: { plan }, headers: { prefer: 'respond-async' }, signal }),
    ),
  );

const runText = (plan: ApplyPlanView): string =>
  plan.runnable && plan.steps.length > 0
    ? `Run it: operations-center provisioning cluster apply ${plan.cluster} --run ${plan.id}\n`
    : '';
