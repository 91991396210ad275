import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseFilter } from '@operations-center/filter';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTestInventoryPlace, testVaultKeys } from '../../../testing/test-database.ts';
import { itemFieldsOf } from '../filters/item-fields.ts';
import { filteredAnswer } from '../lists/filtered-list.service.ts';
import { listAnswer } from '../lists/plain-list.store.ts';
import { rowKindOf } from '../scan/scanned-kinds.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import { openInventory } from './inventory-place.store.ts';
import { type InventoryThread, makeInventoryThread, programOf } from './inventory-thread.store.ts';

const source = programOf(new URL('./inventory-thread.store.ts', import.meta.url).href);
const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
/** As the bundle of the daemon asks for it. */
const bundled = programOf(pathToFileURL(join(bundles, 'operations-centerd.mjs')).href);

beforeAll(() => {
  // As tools/bundle.ts does it.
  const esbuild = new URL('../../../../../../node_modules/.bin/esbuild', import.meta.url).pathname;
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node24', '--external:pg-native'];
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const files = [source.pathname, `--outfile=${bundled.pathname}`, `--banner:js=${banner}`, '--log-level=error'];
  execFileSync(esbuild, [...files, ...options], { timeout: 30_000 });
});
afterAll(() => rmSync(bundles, { recursive: true }));

describe.each([
  ['from its source', source],
  ['from its bundle', bundled],
])('a thread %s', (_, program) => {
  let directory: string;
  let database: InventoryWithVault;
  let thread: InventoryThread;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'inventory-'));
    const place = await makeTestInventoryPlace(join(directory, 'inventory.db'));
    database = await openInventory(place, testVaultKeys);
    thread = makeInventoryThread({ place, keys: testVaultKeys }, program);
  });
  afterEach(async () => {
    await thread.close();
    await database.close();
    rmSync(directory, { recursive: true });
  });

  const apply = (names: readonly string[], metadata = names.map((name) => ({ name, text: 'é'.repeat(200) }))) =>
    thread.applyList({
      rowKind: rowKindOf('profile'),
      cluster: 'c1',
      servers: [],
      bytes: Buffer.from(JSON.stringify({ metadata })),
      last_updated: '2026-01-01T00:00:00Z',
      asked: 1,
    });

  test('writes what the others then read', async () => {
    expect(await apply(['a', 'b'])).toMatchObject({ kind: 'applied', result: { added: 2 } });
    expect(await database.rows('select name from inventory_objects order by name')).toEqual([
      { name: 'a' },
      { name: 'b' },
    ]);
  });

  test('tells a reply that cannot be read as such, and goes on', async () => {
    const bytes = Buffer.from('<html>');
    const reply = {
      rowKind: rowKindOf('profile'),
      cluster: 'c1',
      servers: [],
      bytes,
      last_updated: '2026-01-01T00:00:00Z',
      asked: 1,
    };
    expect(await thread.applyList(reply)).toEqual({ kind: 'unreadable', reason: 'it is no JSON object' });
    expect(await apply(['a'])).toMatchObject({ result: { added: 1 } });
  });

  test('streams a long list of which a filter is true, and fails before it begins if it fails for one', async () => {
    await apply(Array.from({ length: 3_000 }, (_, at) => `p${String(at).padStart(4, '0')}`));
    const filtered = async (text: string) => {
      const parsed = parseFilter(text, itemFieldsOf('profile'));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
      const answer = await filteredAnswer(
        thread,
        parsed.filter,
        { filter: { kind: 'profile' }, now_ms: 0 },
        AbortSignal.timeout(60_000),
      );
      if ('json' in answer) return JSON.parse(answer.json);
      const pieces: Uint8Array[] = [];
      for await (const piece of answer.stream) pieces.push(piece);
      return JSON.parse(Buffer.concat(pieces).toString());
    };
    expect(await filtered('name matches "7$"')).toHaveLength(300);
    expect(await filtered('name >= "p2000" and name matches "[05]$"')).toHaveLength(200);
    // Nothing on the first pages, and nothing at all.
    expect((await filtered('name matches "^p2999"')).map(({ name }: { name: string }) => name)).toEqual(['p2999']);
    expect(await filtered('name matches "^x"')).toEqual([]);
    await expect(filtered('name != "p2999" or object.used_by[0] == ""')).rejects.toMatchObject({
      code: 'filter_failed',
    });
    expect(await filtered('name == "p2998" and object.used_by == nil')).toHaveLength(1);
  });

  test('streams a long list in pieces that are one JSON text, each object once and in order', async () => {
    const names = Array.from({ length: 3_000 }, (_, at) => `p${String(at).padStart(4, '0')}`);
    await apply(names);
    for (const base of [undefined, '/1.0/inventory/profiles']) {
      const ask = { filter: { kind: 'profile' as const }, ...(base === undefined ? {} : { base }) };
      const list = await listAnswer(database, thread, ask);
      if (!('stream' in list)) throw new Error('it is a long list');
      const pieces: Uint8Array[] = [];
      for await (const piece of list.stream) pieces.push(piece);
      const read = JSON.parse(Buffer.concat(pieces).toString()) as (string | { name: string })[];
      expect(pieces.length).toBeGreaterThan(2);
      // A URL ends with its UUID, of which we only know that each is another.
      const seen = read.map((item) => (typeof item === 'string' ? item : item.name));
      expect(base === undefined ? seen : [...new Set(seen)]).toHaveLength(3_000);
      expect(base === undefined ? seen : names).toEqual(names);
    }
  });

  test('takes over a big reply instead of copying it', async () => {
    const bytes = Buffer.from(
      new TextEncoder().encode(JSON.stringify({ metadata: [{ name: 'a', text: 'x'.repeat(2_000_000) }] })).slice()
        .buffer,
    );
    await thread.applyList({
      rowKind: rowKindOf('profile'),
      cluster: 'c1',
      servers: [],
      bytes,
      last_updated: '2026-01-01T00:00:00Z',
      asked: 1,
    });
    expect(bytes.length).toBe(0);
  });

  test('is refused after it was closed, and what it was asked before is done', async () => {
    const asked = apply(['a']);
    await thread.close();
    expect(await asked).toMatchObject({ kind: 'applied' });
    await expect(apply(['b'])).rejects.toThrow('closed');
  });
});

test('a thread that cannot start says so to every caller, and the next call tries again', async () => {
  const thread = makeInventoryThread(
    { place: { kind: 'sqlite', path: '/nowhere/inventory.db' }, keys: testVaultKeys },
    source,
  );
  const ask = () => thread.removeCluster({ cluster: 'c1', at: '2026-01-02T00:00:00Z' });
  const failed = await Promise.allSettled([ask(), ask()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(ask()).rejects.toThrow('ENOENT');
  await thread.close();
});
