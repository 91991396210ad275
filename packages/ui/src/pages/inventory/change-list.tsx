import { factsOf, type InventoryChange } from '@operations-center/contract';
import { Link } from '@tanstack/react-router';
import { Name } from '../../parts/name.tsx';
import { When } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { changeSentence, fieldLine, placeName } from './change.rules.ts';
import styles from './change-list.module.css';

/** What became of objects, one below the other. Of one object `here` its own name is not said again and again. */
export function ChangeList({ changes, here }: { changes: readonly InventoryChange[]; here?: string }) {
  return (
    <ol className={styles['changes']}>
      {changes.map((change) => (
        <li key={`${change.at} ${change.kind} ${change.uuid} ${change.change}`}>
          <div className={styles['head']}>
            <When at={change.at} />
            {change.uuid === here ? null : <Thing change={change} />}
            <bdi className={styles['what']}>{changeSentence(change)}</bdi>
          </div>
          <Fields change={change} />
        </li>
      ))}
    </ol>
  );
}

function Thing({ change }: { change: InventoryChange }) {
  const { kind, uuid, cluster, project_name } = change;
  const where = [cluster, project_name].filter((part) => part !== '').join(' / ');
  return (
    <span className={styles['thing']}>
      {factsOf(kind).noun}{' '}
      <Link to={paths.inventoryObject} params={{ kind, uuid }}>
        <Name>{placeName(change)}</Name>
      </Link>{' '}
      <span className={styles['where']}>
        in <Name>{where}</Name>
      </span>
    </span>
  );
}

function Fields({ change: { fields, more } }: { change: InventoryChange }) {
  if (fields.length === 0 && more === 0) return null;
  return (
    <ul className={styles['fields']}>
      {fields.map(fieldLine).map(({ sign, path, from, to }) => (
        <li key={path}>
          <span aria-hidden="true">{sign}</span> <bdi>{path}</bdi>: {from === undefined ? null : <del>{from}</del>}
          {from !== undefined && to !== undefined ? ' → ' : null}
          {to === undefined ? null : <ins>{to}</ins>}
        </li>
      ))}
      {more === 0 ? null : <li>and {more} more</li>}
    </ul>
  );
}
