import { preparedRun } from '@operations-center/database';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import type { MainDatabase, Schema } from '../../schema.ts';
import { auditMigrations, startAudit, testSealer } from './test-audit.ts';

const [old, present] = [7, 8];
/** The daemon of after a rotation, when the old key had chained the entries up to `until`. */
const afterRotation = (database: MainDatabase, until: number) =>
  startAudit(database, { key: present, epochs: [{ until, identify: testSealer(old).identify }] });

describeOnDatabases<Schema>('the audit after a rotation', { migrations: auditMigrations }, ({ open, again }) => {
  async function rotated() {
    const database = await open();
    const before = await startAudit(database, { key: old });
    for (const id of ['a', 'b']) await before.change(id);
    await before.verify();
    await before.numbering.stop();
    const other = await again();
    const audit = await afterRotation(other, 4);
    await audit.change('c');
    expect(await audit.verify()).toMatchObject({ number: 6, problems: [] });
    return { database: other, audit };
  }

  test('verifies each entry with the key of its time', async () => {
    const { database } = await rotated();
    const without = await startAudit(database, { key: present });
    expect((await without.verify()).problems).toEqual(
      [1, 2, 3, 4].map((at) => ({ kind: 'changed', from: at, to: at })),
    );
  });

  test('holds against who knows the old key: what is old is linked from what is new', async () => {
    const { database, audit } = await rotated();
    // Else it would number anew, with the new key, what the forger is about to.
    await audit.numbering.stop();
    await database.write('tamper', (tx) => preparedRun(tx, "update audit set username = 'x' where number >= 3"));
    // Everything chained anew with the old key, as if nothing had been rotated.
    await database.write('tamper', (tx) => preparedRun(tx, 'update audit set number = null where number >= 3'));
    const kept = '(select hash from audit where number = 2)';
    await database.write('tamper', (tx) =>
      preparedRun(tx, `update log_heads set number = 2, hash = ${kept} where log = 'audit'`),
    );
    const forger = await startAudit(database, { key: old });
    await forger.verify();
    await forger.numbering.stop();
    const { problems } = await (await afterRotation(database, 4)).verify();
    expect(problems).toEqual([5, 6].map((at) => ({ kind: 'changed', from: at, to: at })));
  });

  test('believes no cut that was sealed with the old key after it', async () => {
    const { database, audit } = await rotated();
    const { hash } = (await database.rows<{ hash: string }>('select hash from audit where number = 2'))[0] ?? {};
    const forged = { up_to: 2, hash, kept_days: 30 };
    const seal = testSealer(old).identify('audit anchor', JSON.stringify([2, hash, 30]));
    await database.write('forge', (tx) => audit.recordAnchor(tx, JSON.stringify({ ...forged, seal })));
    await database.write('cut', (tx) => preparedRun(tx, 'delete from audit where number <= 2'));
    expect((await audit.verify()).problems).toContainEqual({ kind: 'gap', from: 1, to: 2 });
  });
});
