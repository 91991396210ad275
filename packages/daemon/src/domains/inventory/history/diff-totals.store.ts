import type { InventoryChangeName, InventoryKind } from '@operations-center/contract';
import type { SqlValue } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { DiffWindow } from './diff.ts';

export type DiffTotal = { kind: InventoryKind; change: InventoryChangeName; count: number };

/**
 * How many objects differ between two times. The database counts; what it says is what the pages of `readDiff` list, so
 * whoever changes one of them changes the other (`diff.test.ts` compares them).
 */
export async function countDiff(db: InventoryDatabase, ask: DiffWindow): Promise<DiffTotal[]> {
  const ended = await db.rows<{ kind: InventoryKind; change: InventoryChangeName | 'same'; count: number | string }>(
    ...endedText(ask),
  );
  const began = await db.rows<{ kind: InventoryKind; change: InventoryChangeName; count: number | string }>(
    ...beganText(ask),
  );
  return [...ended, ...began].flatMap(({ kind, change, count }) =>
    change === 'same' || Number(count) === 0 ? [] : [{ kind, change, count: Number(count) }],
  );
}

const only = (table: string, { cluster, kind }: DiffWindow): { text: string; values: SqlValue[] } => ({
  text: `${cluster === undefined ? '' : ` and ${table}.cluster = ?`}${kind === undefined ? '' : ` and ${table}.kind = ?`}`,
  values: [...(cluster === undefined ? [] : [cluster]), ...(kind === undefined ? [] : [kind])],
});

const notThere = (one: string, more = ''): string =>
  `not exists (select 1 from inventory_versions p
     where p.kind = ${one}.kind and p.uuid = ${one}.uuid and p.since <= ? and p.until > ?${more})`;
const notAsThis = (one: string): string => notThere(one, ` and p.identity = ${one}.identity`);

/**
 * How many there are at the later time with the identity of `one`, of its cluster or the same row, that did not have it
 * under their names before. (One that stands since before the earlier time was.)
 */
const kinCount = (one: string, oneId: string): string => `(
  (select count(*) from inventory_objects k where k.kind = ${one}.kind and k.identity = ${one}.identity
    and k.since > ? and k.since <= ? and (k.cluster = ${one}.cluster or k.id = ${oneId}) and ${notAsThis('k')})
  + (select count(*) from inventory_versions k where k.kind = ${one}.kind and k.identity = ${one}.identity
    and k.since > ? and k.since <= ? and k.until > ? and (k.cluster = ${one}.cluster or k.object_id = ${oneId})
    and ${notAsThis('k')}))`;

const kinValues = ({ from, to }: DiffWindow): SqlValue[] => [from, to, from, from, from, to, to, from, from];

function endedText(ask: DiffWindow): [string, SqlValue[]] {
  const { from, to } = ask;
  const wanted = only('v', ask);
  const text = `select kind, change, count(*) as count from (
    select v.kind as kind, case
      when o.id is null and w.id is null then
        case when ${kinCount('v', 'v.object_id')} = 1 then 'renamed' else 'deleted' end
      when coalesce(o.identity, w.identity) <> v.identity then 'recreated'
      when coalesce(o.server, w.server) <> v.server then 'moved'
      when coalesce(o.lasting, w.lasting) = v.lasting then 'same'
      else 'changed' end as change
    from inventory_versions v
    left join inventory_objects o on o.kind = v.kind and o.uuid = v.uuid and o.since <= ?
    left join inventory_versions w on w.kind = v.kind and w.uuid = v.uuid and w.since <= ? and w.until > ?
    where v.until > ? and v.until <= ? and v.since <= ?${wanted.text}
  ) as counted group by kind, change`;
  return [text, [...kinValues(ask), to, to, to, from, to, from, ...wanted.values]];
}

function beganText(ask: DiffWindow): [string, SqlValue[]] {
  const { from, to } = ask;
  const [objects, versions] = [only('o', ask), only('o', ask)];
  const columns = 'o.kind, o.uuid, o.identity, o.cluster';
  const text = `select n.kind as kind, 'created' as change, count(*) as count from (
    select o.id as id, ${columns} from inventory_objects o where o.since > ? and o.since <= ?${objects.text}
    union all
    select o.object_id as id, ${columns} from inventory_versions o
      where o.since > ? and o.since <= ? and o.until > ?${versions.text}
  ) as n
  where ${notThere('n')}
  and not exists (select 1 from inventory_versions b
    where b.kind = n.kind and b.identity = n.identity and b.since <= ? and b.until > ?
    and (b.cluster = n.cluster or b.object_id = n.id)
    and not exists (select 1 from inventory_objects x where x.kind = b.kind and x.uuid = b.uuid and x.since <= ?)
    and not exists (select 1 from inventory_versions y
      where y.kind = b.kind and y.uuid = b.uuid and y.since <= ? and y.until > ?)
    and ${kinCount('b', 'b.object_id')} = 1)
  group by n.kind`;
  return [
    text,
    [
      ...[from, to, ...objects.values, from, to, to, ...versions.values],
      ...[from, from, from, from, to, to, to, ...kinValues(ask)],
    ],
  ];
}
