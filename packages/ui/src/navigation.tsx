import { Link } from '@tanstack/react-router';
import { Icon, type IconName } from './parts/icon.tsx';
import { SchemeSwitch } from './parts/scheme-switch.tsx';
import { UtcSwitch } from './parts/time/utc-switch.tsx';
import { paths } from './paths.ts';
import styles from './shell.module.css';

const entries = [
  { to: paths.fleet, word: 'Fleet', icon: 'fleet' },
  { to: paths.servers, word: 'Servers', icon: 'server' },
  { to: paths.clusters, word: 'Clusters', icon: 'cluster' },
  { to: paths.templates, word: 'Templates', icon: 'template' },
  { to: paths.inventory, word: 'Inventory', icon: 'inventory' },
  { to: paths.operations, word: 'Operations', icon: 'operation' },
  { to: paths.tokens, word: 'Tokens', icon: 'token' },
  { to: paths.audit, word: 'Audit', icon: 'audit' },
  { to: paths.settings, word: 'Settings', icon: 'settings' },
] as const satisfies readonly { to: string; word: string; icon: IconName }[];

export function Navigation() {
  return (
    <nav className={styles['nav']} aria-label="Pages">
      <div className={styles['brand']}>Operations Center</div>
      {entries.map(({ to, word, icon }) => (
        <Link
          key={to}
          to={to}
          className={styles['link']}
          activeOptions={{ exact: to === paths.fleet, includeSearch: false }}
          title={word}
        >
          <Icon name={icon} />
          <span className={styles['word']}>{word}</span>
        </Link>
      ))}
      <div className={styles['foot']}>
        <UtcSwitch />
        <SchemeSwitch />
      </div>
    </nav>
  );
}
