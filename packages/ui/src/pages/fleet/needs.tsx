import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { freshnessQuery } from '../../data/clusters.ts';
import { operationsQuery } from '../../data/operations.ts';
import type { ServerBrief } from '../../data/servers.ts';
import { warningsQuery } from '../../data/warnings.ts';
import { useNowMs } from '../../parts/time/now.ts';
import { paths } from '../../paths.ts';
import styles from './needs.module.css';
import { listNeeds, type Need } from './needs.rules.ts';

const most = 8;

/** What waits for a person, on top of everything; one quiet line while nothing does. */
export function Needs({ servers }: { servers: readonly ServerBrief[] }) {
  const nowMs = useNowMs();
  const operations = useQuery(operationsQuery({ open: 'true' }));
  const freshness = useQuery(freshnessQuery());
  const warnings = useQuery(warningsQuery());
  if (operations.data === undefined || freshness.data === undefined || warnings.data === undefined) return null;
  const known = { operations: operations.data, freshness: freshness.data, warnings: warnings.data };
  const needs = listNeeds({ ...known, servers, nowMs });
  if (needs.length === 0) return <p className={styles['none']}>✓ Nothing needs you.</p>;
  return (
    <section className={styles['needs']} aria-label="What needs you">
      <ul>
        {needs.slice(0, most).map((need) => (
          <li key={need.key}>
            <span aria-hidden="true">!</span> <NeedText need={need} />
          </li>
        ))}
      </ul>
      {needs.length > most ? <p>and {needs.length - most} more</p> : null}
    </section>
  );
}

function NeedText({ need }: { need: Need }) {
  const text = <bdi>{need.sentence}</bdi>;
  if (need.kind === 'operation')
    return (
      <Link to={paths.operation} params={{ id: need.id }}>
        {text}
      </Link>
    );
  if (need.kind === 'servers')
    return (
      <Link to={paths.servers} search={{ filter: need.filter }}>
        {text}
      </Link>
    );
  if (need.kind === 'cluster')
    return (
      <Link to={paths.cluster} params={{ name: need.name }}>
        {text}
      </Link>
    );
  return text;
}
