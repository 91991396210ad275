import { performance } from 'node:perf_hooks';
import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { tablesMigration } from '../testing/small-workflows.ts';
import type { Execution } from './execution-parts.ts';
import { makeLeaseKeeper } from './lease-keeper.ts';

describeOnDatabases<unknown>('a lease keeper', { migrations: [tablesMigration] }, ({ open }) => {
  test('lets go of everything when the lease ends, without a beat', async () => {
    const database = await open();
    const held = new Map<string, Execution>();
    const lost = Promise.withResolvers<Execution>();
    const lease = () => ({ owner: 'one', holder: 'one', leaseMs: 200, nowMs: 0 });
    const supervise = (_what: string, work: Promise<void>) => work;
    const keeper = makeLeaseKeeper({ database, lease, exclusive: false, held, lose: lost.resolve, supervise });
    keeper.claimedAt(performance.now());
    const execution = { id: 'x' } as Execution; // the keeper only hands it on
    held.set(execution.id, execution);
    expect(await lost.promise).toBe(execution);
    expect(keeper.isValid()).toBe(false);
  });
});
