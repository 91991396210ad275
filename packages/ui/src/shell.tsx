import { Outlet } from '@tanstack/react-router';
import { LiveProvider } from './data/live-provider.tsx';
import { Navigation } from './navigation.tsx';
import { SearchProvider } from './pages/search/search.tsx';
import { ConnectionNote } from './parts/connection-note.tsx';
import styles from './shell.module.css';

/** The frame of all pages. */
export function Shell() {
  return (
    <LiveProvider>
      <SearchProvider>
        <div className={styles['frame']}>
          <a className={styles['skip']} href="#content">
            Skip to the page
          </a>
          <Navigation />
          <main id="content" className={styles['main']} tabIndex={-1}>
            <ConnectionNote />
            <Outlet />
          </main>
        </div>
      </SearchProvider>
    </LiveProvider>
  );
}
