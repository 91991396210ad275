import type { AuditCheck } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { text } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';

export const auditVerify = defineCommand({
  path: ['audit', 'verify'],
  about: 'Check that no entry of the audit was changed, removed or cut off',
  detail:
    'Exit code 1: something is wrong, and what. With --head it is also held against a head from the log of the daemon (audit_head), which tells an end that was cut off together with its traces in the database.',
  examples: [
    'operations-center audit verify',
    `operations-center audit verify --head "$(journalctl -u operations-centerd | grep -o '[0-9]*:[0-9a-f]\\{64\\}' | tail -1)"`,
  ],
  args: {},
  options: {
    head: text('NUMBER:HASH, as the log of the daemon has it', { placeholder: 'head' }),
    format: showFormat,
  },
  run: async ({ api, options, terminal }) => {
    await requireExtension(api, 'audit', 'the audit');
    const check = await api.ask('audit_verify', { query: options.head === '' ? {} : { head: options.head } });
    if (check.intact) return check;
    if (options.format !== '') terminal.stdout.write(showObject(check, options.format, () => ''));
    throw broken(check);
  },
  show: (check, { options }) => showObject(check, options.format, () => intactText(check)),
});

function intactText({ entries, head, from, pruned }: AuditCheck): string {
  const intact = `The audit is intact: ${entries} ${entries === 1 ? 'entry' : 'entries'}, head ${head}\n`;
  if (pruned === null) return intact;
  const { up_to, time, kept_days } = pruned;
  return `${intact}Verified from entry ${from} on: those up to ${up_to} were removed by policy (kept for ${kept_days} days) at ${showTime(time)}.\n`;
}

const words = {
  changed: (what: string) => `${what} says something else than was written`,
  gap: (what: string) => `${what} missing`,
  cut: (what: string) => `${what} cut off at the end`,
};

function broken({ problems }: AuditCheck): CliFailure {
  const lines = problems.map(({ kind, from, to }) => {
    const verb = kind === 'changed' ? '' : from === to ? ' is' : ' are';
    return `  ${words[kind](`${from === to ? `entry ${from}` : `entries ${from} to ${to}`}${verb}`)}`;
  });
  return new CliFailure({
    what: 'the audit is not what the daemon wrote',
    where: lines.join('\n'),
    why: 'Somebody, or something, has changed the database beside the daemon.',
    fix: 'Keep a copy of the database, compare it with a backup, and look who could write it.',
    code: 'audit_broken',
  });
}
