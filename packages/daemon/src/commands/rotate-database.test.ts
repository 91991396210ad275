import { randomBytes } from 'node:crypto';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { renewDaemon } from '../domains/daemons/daemons.store.ts';
import { checkValueOf } from '../domains/settings/identity.service.ts';
import { listRetiredKeys } from '../domains/settings/sealing-keys.store.ts';
import { migrations } from '../migrations.ts';
import { makeSealer, type Sealed } from '../platform/keys/sealing.ts';
import type { Schema } from '../schema.ts';
import { fillSealed, opens, sealedTexts } from '../testing/sealed-database.ts';
import { rotateDatabase } from './rotate-database.ts';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const nowMs = 1_800_000_000_000;
const wish = { nowMs, location: 'here', retired: [] };

describeOnDatabases<Schema>('a rotation', { migrations }, ({ open, dialect }) => {
  test('seals every secret anew, wherever it stands, and keeps the old key sealed', async () => {
    const database = await open();
    await fillSealed(database, first);
    const done = await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(done.tables).toEqual([
      { table: 'settings', rows: 1, sealed: 1, left: 0 },
      { table: 'warnings', rows: 1, sealed: 2, left: 1 },
    ]);
    const texts = await sealedTexts(database);
    expect(opens(second, texts)).toBe(true);
    expect(opens(first, texts)).toBe(false);
    expect(texts.join()).toContain('look-alike');
    const [retired] = await listRetiredKeys(database.read);
    expect(retired).toMatchObject({ check_value: checkValueOf(first), retired_at: nowMs });
    expect(makeSealer(second).open(retired?.key as Sealed)).toBe(first.toString('hex'));
    const audit = await database.rows('select what, location, detail from audit');
    expect(audit).toMatchObject([{ what: 'sealing-key-rotated', location: 'here' }]);
  });

  test('twice: all keys of before are sealed with the last one', async () => {
    const database = await open();
    await fillSealed(database, first);
    await rotateDatabase(database, { ...wish, from: first, to: second });
    await rotateDatabase(database, { ...wish, from: second, to: third, nowMs: nowMs + 1 });
    const keys = (await listRetiredKeys(database.read)).map(({ key }) => makeSealer(third).open(key as Sealed));
    expect(keys).toEqual([first, second].map((key) => key.toString('hex')));
    expect(opens(third, await sealedTexts(database))).toBe(true);
  });

  test('that ends before its COMMIT never was', async () => {
    const database = await open();
    await fillSealed(database, first);
    const crash = () => {
      throw new Error('the power is gone');
    };
    await expect(rotateDatabase(database, { ...wish, from: first, to: second }, crash)).rejects.toThrow('power');
    expect(opens(first, await sealedTexts(database))).toBe(true);
    expect(await listRetiredKeys(database.read)).toEqual([]);
    await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(opens(second, await sealedTexts(database))).toBe(true);
  });

  test('with another key than the one in use changes nothing', async () => {
    const database = await open();
    await fillSealed(database, first);
    await expect(rotateDatabase(database, { ...wish, from: third, to: second })).rejects.toThrow('exchanged meanwhile');
    expect(opens(first, await sealedTexts(database))).toBe(true);
  });

  test('makes plans that were kept over, for their names are made with the key', async () => {
    const database = await open();
    await fillSealed(database, first);
    const kept = { request_digest: 'd', cluster: 'c', request: '', shown: '', plan: '', facts: '', ula_prefix: '' };
    const at = { requested_by: '', created_at: nowMs, expires_at: nowMs + 1_000 };
    await database.write('keep', async (tx) => {
      await tx
        .insertInto('plans')
        .values({ id: 'p', ...kept, ...at, operation: null })
        .execute();
      const held = { kind: 'mesh' as const, id: 1_000, request_digest: 'd', machine: '', server: '' };
      await tx.insertInto('plan_ids').values(held).execute();
    });
    const { expiredPlans } = await rotateDatabase(database, { ...wish, from: first, to: second });
    expect(expiredPlans).toBe(1);
    expect(await database.rows('select * from plan_ids')).toEqual([]);
  });

  if (dialect === 'postgres')
    test('is refused while another daemon works on the database', async () => {
      const database = await open();
      await fillSealed(database, first);
      await database.write('live', (tx) => renewDaemon(tx, 'other-daemon', 60_000));
      await expect(rotateDatabase(database, { ...wish, from: first, to: second })).rejects.toThrow(
        'stop all daemons first: other-daemon',
      );
      expect(opens(first, await sealedTexts(database))).toBe(true);
    });
});
