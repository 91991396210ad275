import type { ClusterPlan } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { type Globals, isInteractive, type Terminal, terminalWidth } from '../../call.ts';
import { LeftRunning } from '../../failures/failure.ts';
import { followOperation } from '../../progress/follow.ts';
import { requireFinished } from '../../progress/outcome.ts';
import { askLine } from '../../prompt.ts';
import type { CreationBody } from './creation-request.ts';
import { planText } from './plan-text.ts';

export type RunParts = { api: Api; terminal: Terminal; globals: Globals };

/** Shows the plan and asks, where somebody can read and answer; elsewhere OC's command goes on at once. */
export async function approvePlan(plan: ClusterPlan, { terminal }: RunParts, isSure: boolean): Promise<void> {
  if (isSure || !isInteractive(terminal)) return;
  terminal.stderr.write(planText(plan, terminalWidth(terminal)));
  // Running it says why not.
  if (!plan.runnable) return;
  const answer = await askLine(terminal, 'Create this cluster? [y/N] ');
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  const later = `operations-center provisioning cluster add --run ${plan.id}`;
  throw new LeftRunning(`Nothing was changed. The plan can be run until ${plan.expires_at.slice(0, 16)}Z: ${later}`);
}

/** Begins a plan; the operation's id. */
export async function runPlan(api: Api, plan: string, signal: AbortSignal): Promise<string | undefined> {
  return operationOf(api, api.call('clusters_run', { body: { plan }, headers: { prefer: 'respond-async' }, signal }));
}

/** OC's way, for a daemon that knows no plans; undefined if it answers when the cluster stands. */
export async function createAtOnce(api: Api, body: CreationBody, signal: AbortSignal): Promise<string | undefined> {
  const follows = await api.announces('operations');
  const headers = follows ? { headers: { prefer: 'respond-async' } } : {};
  return operationOf(api, api.call('clusters_create', { body, ...headers, signal }));
}

/** The operation that an answer names. */
export async function operationOf(api: Api, asked: ReturnType<Api['call']>): Promise<string | undefined> {
  const result = await asked.catch(async (error: unknown) => {
    throw await api.explain(error);
  });
  api.unwrap(result);
  const operation = result.kind === 'ok' ? result.operation : '';
  return operation === '' ? undefined : operation.split('/').at(-1);
}

/** Shows how it goes on until it is over, or says how to see it. */
export async function followCreation(id: string | undefined, parts: RunParts, wait: boolean): Promise<void> {
  const { terminal } = parts;
  if (id === undefined) return;
  if (!wait) {
    terminal.stderr.write(`operation ${id}\nSee it: operations-center operation watch ${id}\n`);
    return;
  }
  const operation = await followOperation({ ...parts, id });
  for (const { message } of operation?.metadata.warnings ?? []) terminal.stderr.write(`Warning: ${message}\n`);
  requireFinished(operation, id);
}
