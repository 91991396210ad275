import { describeOnDatabases } from '@operations-center/database/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../../migrations.ts';
import type { MainDatabase, Schema, Tx } from '../../../schema.ts';
import { insertPendingCluster } from '../clusters.store.ts';
import { listArtifacts, readFiles, saveArtifacts } from './artifacts.store.ts';

const addCluster = (tx: Tx, name: string) =>
  insertPendingCluster(tx, {
    ...{ id: `id-of-${name}`, name, request_digest: '', nowMs: 1, connection_url: '', channel: 'stable' },
    ...{ description: '', properties: null, config: { rolling_restart: { post_restore_delay: '', restore_mode: '' } } },
  });
const artifact = (content: string, ...more: string[]) => ({
  ...{ name: 'a', description: content },
  files: ['b.tf', 'a.json', ...more].map((name) => ({ name, content })),
});

describeOnDatabases<Schema>('artifacts', { migrations }, ({ open }) => {
  const start = async (): Promise<MainDatabase> => {
    const db = await open();
    await db.write('test', async (tx) => {
      for (const name of ['one', 'two']) await addCluster(tx, name);
      await saveArtifacts(tx, 'id-of-two', [artifact('other')], 1);
    });
    return db;
  };

  test('of one name are replaced whole, and are of one cluster', async () => {
    const db = await start();
    await db.write('test', (tx) => saveArtifacts(tx, 'id-of-one', [artifact('é', 'old.tf')], 2));
    await db.write('test', (tx) =>
      saveArtifacts(tx, 'id-of-one', [artifact('ü"\u2028'), { ...artifact(''), name: 'b' }], 3),
    );
    expect(await listArtifacts(db.read, 'one')).toMatchObject([
      {
        ...{ cluster: 'one', name: 'a', description: 'ü"\u2028', at: 3, status: 'pending' },
        files: [
          { name: 'a.json', mime_type: 'application/json', size_bytes: 6 },
          { name: 'b.tf', mime_type: 'text/plain; charset=utf-8', size_bytes: 6 },
        ],
      },
      { name: 'b', files: [{ size_bytes: 0 }, { mime_type: 'text/plain', size_bytes: 0 }] },
    ]);
    expect(await listArtifacts(db.read, 'two')).toMatchObject([{ description: 'other', files: [{}, {}] }]);
    expect((await listArtifacts(db.read, 'one', 'b')).map(({ name }) => name)).toEqual(['b']);
  });

  test('are read by name, each file as it was', async () => {
    const db = await start();
    expect(await readFiles(db.read, 'two', 'a', 'b.tf')).toMatchObject([{ name: 'b.tf', content: 'other' }]);
    expect((await readFiles(db.read, 'two', 'a')).map(({ name }) => name)).toEqual(['a.json', 'b.tf']);
    for (const [cluster, name, file] of [
      ['one', 'a', 'b.tf'],
      ['two', 'b', 'b.tf'],
      ['two', 'a', '../b.tf'],
    ] as const)
      expect(await readFiles(db.read, cluster, name, file)).toEqual([]);
  });

  test('go with their cluster', async () => {
    const db = await start();
    await db.write('test', (tx) => tx.deleteFrom('clusters').where('name', '=', 'two').execute());
    expect(await db.rows('select name from cluster_artifacts')).toEqual([]);
    expect(await db.rows('select name from cluster_artifact_files')).toEqual([]);
  });
});
