import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { makeTestLog } from '../events/test-log.ts';
import { assembleWarnings } from './assembly.ts';

test('a warning about the database lives in memory: it is listed, shown, acknowledged, and goes when it is over', async () => {
  const database = await openTestDatabase(join(makeTestFolder(), 'test.db'));
  const { service } = assembleWarnings({ database, clock: systemClock, events: makeTestLog() });
  const subject = { type: 'Outcomes are missing in the audit', scope: 'audit', entity_type: 'daemon', entity: 'a' };
  service.setPassing(subject, 'two are late');
  service.setPassing(subject, 'three are late');
  const [shown] = await service.list();
  expect(shown).toMatchObject({ status: 'new', count: 2, messages: ['three are late'], type: subject.type });
  const uuid = shown?.uuid ?? '';
  await service.setStatus(uuid, 'acknowledged', () => undefined);
  expect(await service.load(uuid)).toMatchObject({ uuid, status: 'acknowledged' });
  service.setPassing(subject, undefined);
  expect(await service.list()).toEqual([]);
  await database.close();
});
