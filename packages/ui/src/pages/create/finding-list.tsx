import { Text } from '@mantine/core';
import type { Finding } from '@operations-center/contract';
import { troubles } from './plan.rules.ts';
import styles from './plan-view.module.css';

const signs = { ok: '✓', warning: '!', blocking: '✕', skipped: '–' } as const;

/** What blocks and what warns, whole; all the others folded. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  const shown = troubles(findings);
  return (
    <>
      {shown.length === 0 ? <Text size="sm">✓ Nothing stands in its way.</Text> : null}
      <ul className={styles['findings']}>
        {shown.map((finding) => (
          <FindingView key={`${finding.check} ${finding.servers.join()} ${finding.seen}`} finding={finding} />
        ))}
      </ul>
      <details className={styles['all']}>
        <summary>All {findings.length} findings</summary>
        <ul className={styles['findings']}>
          {findings.map((finding) => (
            <FindingView key={`${finding.check} ${finding.servers.join()} ${finding.seen}`} finding={finding} />
          ))}
        </ul>
      </details>
    </>
  );
}

const FindingView = ({ finding: { check, verdict, servers, seen, cause, remedy, ignored } }: { finding: Finding }) => (
  <li data-verdict={verdict}>
    <span aria-hidden="true">{signs[verdict]}</span> <code>{check}</code>{' '}
    {servers.length === 0 ? '' : `${servers.join(', ')}: `}
    {seen}
    {cause === null ? '' : `; ${cause}`}
    {ignored ? ' (ignored)' : ''}
    {remedy === null ? null : <span className={styles['remedy']}>→ {remedy}</span>}
  </li>
);
