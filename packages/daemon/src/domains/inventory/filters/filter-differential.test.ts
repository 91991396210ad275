import { describeOnDatabases } from '@operations-center/database/testing';
import {
  type Columns,
  compileFilter,
  type Fields,
  type Filter,
  FilterFailure,
  parseFilter,
} from '@operations-center/filter';
import { expect, test } from 'vitest';
import { type InventoryTables, inventoryMigrations } from '../inventory.tables.ts';
import { makeDocument, makeExpression, makeName, makeRandom } from './test-filters.ts';

const fields: Fields = {
  name: 'string',
  cluster: 'string',
  server: 'string',
  project: 'string',
  project_name: { alias: 'project' },
  free: { map: 'any' },
  object: {
    fields: {
      status: 'string',
      description: 'string',
      size: 'integer',
      status_code: 'integer',
      ratio: 'number',
      ephemeral: 'boolean',
      managed: 'boolean',
      profiles: { list: 'string' },
      used_by: { list: 'string' },
      config: { map: 'string' },
      devices: { map: { map: 'string' } },
    },
  },
};
const columns: Columns = {
  name: { column: 'name' },
  cluster: { column: 'cluster' },
  server: { column: 'server' },
  project: { column: 'project_name' },
  object: { json: 'object', texts: { status: 'status' } },
};

type Row = { id: number; name: string; cluster: string; server: string; project: string; object: string };
type Answer = boolean | 'failed';

function answer(filter: Filter, record: Record<string, unknown>): Answer {
  try {
    return filter.holds(record, 0);
  } catch (error) {
    if (error instanceof FilterFailure) return 'failed';
    throw error;
  }
}

function statusOf(object: string): string {
  const { status } = JSON.parse(object) as { status?: unknown };
  return typeof status === 'string' ? status : '';
}

const rowCount = 40;
/** PostgreSQL parses a document anew for each place in it: all of them are asked of it in the tier that is its own. */
const onPostgres = process.env['OPERATIONS_CENTER_TEST_DATABASE'] === 'postgres';
const expressionCounts = { sqlite: 20_000, postgres: onPostgres ? 20_000 : 3_000 };

describeOnDatabases<InventoryTables>('a filter that is compiled', { migrations: inventoryMigrations }, (databases) => {
  test('answers as one that is evaluated', { timeout: 300_000 }, async () => {
    const db = await databases.open();
    const random = makeRandom(20_261_123);
    const rows: Row[] = Array.from({ length: rowCount }, (_, id) => ({
      id: id + 1,
      name: makeName(random),
      cluster: makeName(random),
      server: makeName(random),
      project: makeName(random),
      object: makeDocument(random),
    }));
    await db.write('rows', async (tx) => {
      for (const { name, cluster, server, project, object } of rows)
        await tx
          .insertInto('inventory_objects')
          .values({
            kind: 'instance',
            uuid: crypto.randomUUID(),
            cluster,
            server,
            project_name: project,
            parent_name: '',
            name,
            type: '',
            status: statusOf(object),
            head: '',
            object,
            digest: '',
            last_updated: '',
          } as never)
          .execute();
    });
    const stored = await db.rows<{ id: number; object: string }>(
      'select id, object from inventory_objects order by id',
    );
    expect(stored.map(({ object }) => object)).toEqual(rows.map(({ object }) => object));
    const records = rows.map((row, at) => ({
      id: stored[at]?.id,
      record: { ...row, free: {}, object: JSON.parse(row.object) as unknown },
    }));
    const differences: unknown[] = [];
    const counts = { whole: 0, part: 0, nothing: 0, differing: 0 };
    for (let number = 0; number < expressionCounts[db.dialect]; number += 1) {
      const text = makeExpression(random, random.below(4));
      const parsed = parseFilter(text, fields);
      if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.mistakes)}`);
      const { filter } = parsed;
      const { where, parameters, rest } = compileFilter(filter, db.dialect, columns);
      counts[where === '1 = 1' ? 'nothing' : rest === undefined ? 'whole' : 'part'] += 1;
      const passed = new Set(
        (await db.rows<{ id: number }>(`select id from inventory_objects where ${where}`, parameters)).map(
          ({ id }) => id,
        ),
      );
      for (const { id, record } of records) {
        const wanted = answer(filter, record);
        const found = id === undefined || !passed.has(id) ? false : rest === undefined || answer(rest, record);
        if (wanted === found) continue;
        counts.differing += 1;
        if (differences.length < 10) differences.push({ text, where, parameters, record, wanted, found });
      }
    }
    expect(differences).toEqual([]);
    expect(counts.differing).toBe(0);
    // Else this test would say nothing.
    expect(counts.whole + counts.part).toBeGreaterThan(expressionCounts[db.dialect] / 2);
  });
});
