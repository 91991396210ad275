import { Link, useNavigate } from '@tanstack/react-router';
import { type MouseEvent, memo, useEffect, useRef } from 'react';
import { Name } from '../../parts/name.tsx';
import { states } from '../../parts/states.ts';
import { paths } from '../../paths.ts';
import styles from './fleet.module.css';
import type { Tile, TileGroup } from './fleet.rules.ts';

/** The servers of one cluster; drawn anew only if one of them changed. */
export const ClusterTiles = memo(
  function ClusterTiles({ group: { cluster, tiles } }: { group: TileGroup }) {
    const navigate = useNavigate();
    // One listener for all: a router's link for each of thousands would be heard out at each step.
    const open = (event: MouseEvent): void => {
      const name = (event.target as HTMLElement).closest('a')?.dataset['name']; // a click is on an element
      if (name === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void navigate({ to: paths.server, params: { name } });
    };
    const words = cluster === '' ? 'In no cluster' : cluster;
    return (
      <section className={styles['group']} aria-label={words}>
        <h2 className={styles['cluster']}>
          {cluster === '' ? (
            words
          ) : (
            <Link to={paths.cluster} params={{ name: cluster }}>
              <Name>{cluster}</Name>
            </Link>
          )}{' '}
          <span className={styles['count']}>{tiles.length.toLocaleString('en')}</span>
        </h2>
        <ul className={styles['tiles']} onClick={open}>
          {tiles.map((tile) => (
            <ServerTile key={tile.name} {...tile} />
          ))}
        </ul>
      </section>
    );
  },
  ({ group: before }, { group: after }) =>
    before.tiles.length === after.tiles.length &&
    before.tiles.every(
      (tile, index) => tile.name === after.tiles[index]?.name && tile.sentence === after.tiles[index]?.sentence,
    ),
);

/** A tile whose state changed pulses once. */
const ServerTile = memo(function ServerTile({ name, state, sentence }: Tile) {
  const tile = useRef<HTMLAnchorElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    tile.current?.animate([{ outline: '3px solid currentcolor' }, { outline: '3px solid transparent' }], 600);
  }, [state]);
  return (
    <li>
      <a
        ref={tile}
        className={styles['tile']}
        data-state={state}
        data-name={name}
        title={sentence}
        aria-label={sentence}
        href={`/ui/servers/${encodeURIComponent(name)}`}
      >
        {states[state].sign}
      </a>
    </li>
  );
});
