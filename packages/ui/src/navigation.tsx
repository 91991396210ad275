import { Link } from '@tanstack/react-router';
import { pageEntries } from './navigation-entries.ts';
import { useSearch } from './pages/search/search.tsx';
import { Icon } from './parts/icon.tsx';
import { SchemeSwitch } from './parts/scheme-switch.tsx';
import { UtcSwitch } from './parts/time/utc-switch.tsx';
import { paths } from './paths.ts';
import styles from './shell.module.css';

export function Navigation() {
  const search = useSearch();
  return (
    <nav className={styles['nav']} aria-label="Pages">
      <div className={styles['brand']}>Operations Center</div>
      <button
        type="button"
        className={styles['link']}
        onClick={search}
        title="Search (Ctrl-K)"
        aria-keyshortcuts="Control+K"
      >
        <Icon name="search" />
        <span className={styles['word']}>Search</span>
        <kbd className={styles['keys']} aria-hidden="true">
          Ctrl K
        </kbd>
      </button>
      {pageEntries.map(({ to, word, icon }) => (
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
