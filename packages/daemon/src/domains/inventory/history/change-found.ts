import type { InventoryChange, InventoryKind } from '@operations-center/contract';
import type { ItemFields } from '../rows/inventory-item.ts';
import type { DocumentChanges } from './document-changes.ts';
import { stampOf } from './microseconds.ts';

/** An object as it was at a time. */
export type Version = ItemFields & {
  object_id: number;
  kind: InventoryKind;
  uuid: string;
  identity: string;
  lasting: string;
  since: number;
};

export const versionColumns =
  'kind, uuid, cluster, server, project_name, parent_name, name, type, identity, lasting, since';

type Big = 'object_id' | 'since';
/** PostgreSQL gives big numbers as texts. */
export type BigNumber = number | string;
export type VersionRow = Omit<Version, Big> & Record<Big, BigNumber>;

export const readVersion = <Row extends VersionRow>(row: Row): Omit<Row, Big> & Pick<Version, Big> => ({
  ...row,
  object_id: Number(row.object_id),
  since: Number(row.since),
});

/** What became of one that is still there, or there under another name. Undefined: nothing. */
export function changeBetween(before: Version, after: Version): InventoryChange['change'] | undefined {
  if (before.uuid !== after.uuid) return 'renamed';
  if (before.identity !== after.identity) return 'recreated';
  if (before.server !== after.server) return 'moved';
  return before.lasting === after.lasting ? undefined : 'changed';
}

export function toChange(found: {
  change: InventoryChange['change'];
  at: number;
  now: Version;
  before?: Version | undefined;
  /** What is different in it, where that is told. */
  inside?: DocumentChanges;
}): InventoryChange {
  const { change, at, now, before, inside = noChanges } = found;
  const isElsewhere = change === 'moved' || change === 'renamed' || change === 'recreated';
  return {
    ...placeOf(now),
    kind: now.kind,
    at: stampOf(at),
    change,
    before: before === undefined || !isElsewhere ? null : placeOf(before),
    ...inside,
  };
}

const noChanges: DocumentChanges = { fields: [], more: 0 };

const placeOf = ({ uuid, cluster, server, project_name, parent_name, name, type }: Version) => ({
  ...{ uuid, cluster, server, project_name, parent_name, name, type },
});
