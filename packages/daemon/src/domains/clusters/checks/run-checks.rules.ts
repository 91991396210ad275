import type { Finding } from '@operations-center/contract';
import { catalogue } from './catalogue.rules.ts';
import type { Check, Outcome } from './check.ts';
import type { Facts } from './facts.ts';

/** All checks on what was read. A defect in one of them is that one's alone: it is skipped, and says so. */
export const runChecks = (facts: Facts, ignore: readonly string[]): Finding[] =>
  catalogue.flatMap((check) => outcomesOf(check, facts).map((outcome) => toFinding(check, outcome, facts, ignore)));

function outcomesOf(check: Check, facts: Facts): readonly Outcome[] {
  try {
    return check.run(facts);
  } catch (error) {
    const why = `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
    return [{ verdict: 'skipped', servers: [], seen: 'not looked at', cause: why }];
  }
}

function toFinding(check: Check, outcome: Outcome, facts: Facts, ignore: readonly string[]): Finding {
  const isProblem = outcome.verdict === 'warning' || outcome.verdict === 'blocking';
  return {
    check: check.name,
    verdict: outcome.verdict,
    servers: [...outcome.servers],
    seen: outcome.seen,
    cause: outcome.cause,
    remedy: isProblem
      ? fillIn(outcome.remedy ?? check.remedy, outcome.servers[0] ?? facts.request.server_names[0], facts.request.name)
      : null,
    ignorable: check.ignorable,
    ignored: check.ignorable && ignore.includes(check.name),
  };
}

const fillIn = (remedy: string, server: string | undefined, cluster: string): string =>
  remedy.replaceAll('{server}', server ?? 'NAME').replaceAll('{cluster}', cluster === '' ? 'NAME' : cluster);
