import { useQuery } from '@tanstack/react-query';
import { healthQuery, rootQuery, settingSections } from '../../data/system.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Page } from '../../parts/page.tsx';
import { SchemeSwitch } from '../../parts/scheme-switch.tsx';
import { Section } from '../../parts/section.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { UtcSwitch } from '../../parts/time/utc-switch.tsx';
import { SessionList } from './session-list.tsx';
import styles from './settings.module.css';
import { SettingsForm } from './settings-form.tsx';
import { WarningList } from './warning-list.tsx';
import { WebhookList } from './webhook-list.tsx';

/** The daemon: how it is, what it was told, who is signed in, what it warns of. */
export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className={styles['columns']}>
        <div>
          <Section title="Warnings">
            <WarningList />
          </Section>
          <Section title="Browsers that are signed in">
            <SessionList />
          </Section>
          <WebhookList />
          <Section title="This page">
            <div className={styles['own']}>
              <UtcSwitch />
              <SchemeSwitch />
            </div>
          </Section>
        </div>
        <div>
          <Section title="This daemon">
            <DaemonFacts />
          </Section>
          {settingSections.map((section) => (
            <SettingsForm key={section} section={section} />
          ))}
        </div>
      </div>
    </Page>
  );
}

function DaemonFacts() {
  const root = useQuery(rootQuery());
  const health = useQuery(healthQuery());
  const error = root.error ?? health.error;
  if (error !== null) return <ErrorNote error={error} />;
  if (root.data === undefined || health.data === undefined) return null;
  const { status, operations, servers, clusters } = health.data;
  return (
    <Facts
      of={[
        [
          'Health',
          <StateBadge
            key="h"
            state={status === 'ok' ? 'ready' : 'attention'}
            word={status === 'ok' ? 'ok' : 'needs attention'}
          />,
        ],
        ['Daemon', root.data.daemon],
        ['As Operations Center', root.data.server_version],
        ['Beyond it', `${root.data.api_extensions.length} API extensions`],
        ['Held', root.data.held?.reason],
        ['Servers', servers.all],
        ['Clusters', clusters],
        ['Operations at work', operations.working],
      ]}
    />
  );
}
