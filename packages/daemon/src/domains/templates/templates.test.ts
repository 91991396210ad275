import { join } from 'node:path';
import { makeTestDirectory } from '@operations-center/database/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeSealer } from '../../platform/keys/sealing.ts';
import type { MainDatabase } from '../../schema.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeTestLog } from '../events/test-log.ts';
import { type TemplateWish, templateJson } from './template.ts';
import { makeTemplateService, type TemplateService } from './templates.service.ts';

let nowMs = Date.parse('2026-11-22T12:00:00Z');
let place: { path: string; end(): void };
let database: MainDatabase;
let templates: TemplateService;

beforeEach(async () => {
  place = makeTestDirectory();
  database = await openTestDatabase(join(place.path, 'operations-center.db'));
  const clock = { nowMs: () => nowMs, sleepUntil: async () => undefined };
  templates = makeTemplateService({
    database,
    clock,
    events: makeTestLog(clock),
    sealer: makeSealer(Buffer.alloc(32, 7)),
  });
});
afterEach(async () => {
  await database.close();
  place.end();
});

const plain = (text: string, variables: Record<string, string> = {}): TemplateWish => ({
  description: '',
  service_config_template: text,
  application_config_template: '',
  variables: Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { description: '', default: value }]),
  ),
});
const keep = (name: string, wish: TemplateWish) => templates.create(name, wish, 'unix');
const anything = () => undefined;

test('a template is kept as it was sent, and changes whole', async () => {
  const wish = { ...plain('lvm:\n  enabled: @LVM@\n', { LVM: '' }), description: 'A template' };
  await keep('template01', wish);
  expect(await templates.load('template01')).toMatchObject({ name: 'template01', ...wish, revision: 1 });
  nowMs += 1_000;
  await templates.update('template01', { ...wish, description: 'Changed' }, 'unix', anything);
  expect(await templates.load('template01')).toMatchObject({
    description: 'Changed',
    revision: 2,
    last_updated: nowMs,
  });
});

test('variables that were never sent stay null', async () => {
  await keep('bare', { ...plain(''), variables: null });
  expect((await templates.load('bare')).variables).toBeNull();
});

test('a name is there once, also through renaming', async () => {
  await keep('one', plain(''));
  await keep('two', plain(''));
  await expect(keep('one', plain(''))).rejects.toMatchObject({ code: 'cluster_template_exists', status: 400 });
  await expect(templates.rename('two', 'one', anything)).rejects.toMatchObject({ code: 'cluster_template_exists' });
  await expect(templates.rename('two', '', anything)).rejects.toMatchObject({
    message: 'New cluster template name cannot by empty',
  });
  await templates.rename('two', 'three', anything);
  await templates.rename('three', 'three', anything);
  expect((await templates.list()).map(({ name }) => name)).toEqual(['one', 'three']);
});

test('what is not there is not found', async () => {
  const notFound = { code: 'cluster_template_not_found', status: 404, message: expect.stringMatching(/: Not found$/) };
  await expect(templates.load('nope')).rejects.toMatchObject(notFound);
  await expect(templates.update('nope', plain(''), 'unix', anything)).rejects.toMatchObject(notFound);
  await expect(templates.rename('nope', 'x', anything)).rejects.toMatchObject(notFound);
  await expect(templates.render('nope', {})).rejects.toMatchObject(notFound);
  await expect(templates.remove('nope')).rejects.toMatchObject({
    ...notFound,
    message: 'Failed to delete cluster template: Not found',
  });
});

test('a removed template frees its name', async () => {
  await keep('one', plain('a: @X@', { X: '1' }));
  await templates.remove('one');
  await keep('one', plain(''));
  expect(await templates.load('one')).toMatchObject({ revision: 1, service_config_template: '' });
});

test('revisions are kept: who, when, what; and any of them can be the next one', async () => {
  await keep('one', plain('a: 1'));
  nowMs += 1_000;
  await templates.update('one', plain('a: @X@', { X: '2' }), 'tls:ab12', anything);
  await templates.rename('one', 'two', anything);
  expect(await templates.history('two')).toEqual([
    { revision: 2, changed_by: 'tls:ab12', at: nowMs, changed: ['service_config_template', 'variables.X'] },
    { revision: 1, changed_by: 'unix', at: nowMs - 1_000, changed: [] },
  ]);
  expect(await templates.revision('two', 1)).toMatchObject({ wish: { service_config_template: 'a: 1' } });
  await templates.rollBack('two', 1, 'unix');
  expect(await templates.load('two')).toMatchObject({ revision: 3, service_config_template: 'a: 1' });
  // What is sent as it is there already is no revision.
  const { name: _, id: _id, revision: _revision, last_updated: before, ...same } = await templates.load('two');
  nowMs += 1_000;
  await templates.update('two', same, 'unix', anything);
  expect(await templates.load('two')).toMatchObject({ revision: 3, last_updated: before });
  const missing = { code: 'cluster_template_revision_not_found', status: 404 };
  await expect(templates.rollBack('two', 9, 'unix')).rejects.toMatchObject(missing);
});

test('rules are kept with a template, are part of its revisions, and hold for values', async () => {
  const rules = [{ rule: 'LVM == "true" or NVME == "true"', message: 'One of the two is needed' }];
  const two = plain('lvm:\n  enabled: @LVM@\nnvme:\n  enabled: @NVME@\n', { LVM: 'true', NVME: 'false' });
  await keep('ruled', { ...two, rules });
  expect(await templates.load('ruled')).toMatchObject({ rules });
  expect(templateJson(await templates.load('ruled'))).toContain('"rules":[{"rule":"LVM');
  const values = { LVM: 'false' };
  await expect(templates.render('ruled', values)).rejects.toMatchObject({
    code: 'cluster_template_values_invalid',
    message: expect.stringContaining('One of the two is needed (LVM is "false", NVME is "false"'),
  });
  await expect(keep('odd', { ...two, rules: [{ rule: 'LVN == "1"', message: 'x' }] })).rejects.toMatchObject({
    code: 'cluster_template_invalid',
    message: expect.stringContaining('did you mean "LVM"'),
  });
  await templates.update('ruled', two, 'unix', anything);
  expect(templateJson(await templates.load('ruled'))).not.toContain('rules');
  expect(await templates.render('ruled', values)).toMatchObject({ warnings: [] });
  expect(await templates.history('ruled')).toMatchObject([{ revision: 2, changed: ['rules'] }, { revision: 1 }]);
  await templates.rollBack('ruled', 1, 'unix');
  expect(await templates.load('ruled')).toMatchObject({ revision: 3, rules });
});

test('a hundred revisions are kept', async () => {
  await keep('one', plain('a: 1'));
  for (let at = 0; at < 101; at += 1) await templates.update('one', plain(`a: ${at}`), 'unix', anything);
  expect(
    (await templates.history('one'))
      .map(({ revision }) => revision)
      .sort((a, b) => a - b)
      .at(0),
  ).toBe(3);
});

test('the secret texts of a cluster are those of its secret values; one that only looks sealed is none', async () => {
  await keep('vault', plain('', {}));
  const { id } = await templates.load('vault');
  const values = { KEY: 'hunter22', NOTE: 'sealed:v1:abc' };
  const names = { id: 'c1', name: 'c1', connection_url: '', channel: 'stable', description: '', properties: null };
  const rest = { post_restore_delay: '', restore_mode: '', certificate: '', fingerprint: '', last_updated: 0 };
  const cluster = { ...names, ...rest, status: 'pending', operation: null, request_digest: null } as const;
  const use = { template: id, name: 'vault', revision: 1, values, secret: ['KEY'], secret_texts: [] };
  await database.write('test', async (tx) => {
    await tx.insertInto('clusters').values(cluster).execute();
    await templates.remember(tx, 'c1', use);
  });
  expect(await templates.secretTextsOf('c1')).toEqual(['hunter22']);
});
