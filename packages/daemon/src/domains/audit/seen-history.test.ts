import { join } from 'node:path';
import { preparedRun } from '@operations-center/database';
import { describeOnDatabases, makeTestDirectory } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { readSeenHead } from '../../platform/seen-head.ts';
import type { MainDatabase, Schema } from '../../schema.ts';
import { auditMigrations, startAudit } from './test-audit.ts';

const run = (database: MainDatabase, text: string) => database.write('put back', (tx) => preparedRun(tx, text));

describeOnDatabases<Schema>('what was seen of the audit', { migrations: auditMigrations }, ({ open }) => {
  test('tells a database that was put back from one that only went on', async () => {
    const place = makeTestDirectory();
    const database = await open();
    const seenHead = join(place.path, 'audit.seen');
    const { history, ...audit } = await startAudit(database, { seenHead });
    expect(await history.findBreak()).toBeUndefined();
    for (const id of ['a', 'b']) await audit.change(id);
    await audit.verify();
    await history.remember();
    expect(readSeenHead(seenHead)).toMatchObject({ number: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    for (const id of ['c', 'd']) await audit.change(id);
    await audit.verify();
    expect(await history.findBreak()).toBeUndefined();

    // A dump of before is put back: the end that was seen is not there yet …
    await run(database, 'delete from audit where number > 2');
    await run(
      database,
      "update log_heads set number = 2, hash = (select hash from audit where number = 2) where log = 'audit'",
    );
    expect(await history.findBreak()).toMatchObject({ number: 4 });
    // … nor when others went on from there, for the entry with its number is another one.
    for (const id of ['e', 'f']) await audit.change(id);
    await audit.verify();
    expect(await history.findBreak()).toMatchObject({ number: 4 });
    // Once it was noted, it is what is.
    await history.remember();
    expect(await history.findBreak()).toBeUndefined();
    place.end();
  });
});
