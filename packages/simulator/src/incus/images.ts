import { createHash } from 'node:crypto';
import type { Call } from './call.ts';
import { allProjects, bodyOf, fieldsOf, projectOf } from './call.ts';
import type { ItemRow } from './database.ts';
import { inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import { itemsOf } from './items.ts';
import { stamp } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';

const imageProject = (call: Call): string => projectWith(call.data, projectOf(call), 'features.images');
const url = (row: ItemRow): string => inProject(`/1.0/images/${row.name}`, row.project);
const aliasUrl = (row: ItemRow): string =>
  inProject(`/1.0/images/aliases/${encodeURIComponent(row.name)}`, row.project);

export function listImages(call: Call): Answer {
  const project = allProjects(call) ? undefined : imageProject(call);
  const rows = itemsOf(call, 'image').filter((row) => project === undefined || row.project === project);
  return ok(call.recursion > 0 ? rows.map((row) => shown(call, row)) : rows.map(url));
}

export function showImage(call: Call): Answer {
  const row = findImage(call);
  return tagged(shown(call, row), row.fields);
}

const shown = (call: Call, row: ItemRow): Record<string, unknown> => ({
  ...row.fields,
  aliases: itemsOf(call, 'image-alias')
    .filter((alias) => alias.fields.target === row.name && alias.project === row.project)
    .map((alias) => ({ name: alias.name, description: alias.fields.description })),
  architecture: 'x86_64',
  cached: false,
  fingerprint: row.name,
  project: row.project,
});

/** `POST /1.0/images`: nothing is downloaded; the fingerprint follows from what was asked for. */
export function createImage(call: Call): Answer {
  const project = imageProject(call);
  const body = bodyOf(call, 'ImagesPost');
  const source = fieldsOf(body.raw('source'), 'ImagesPostSource');
  const fingerprint = createHash('sha256')
    .update(`${source.text('server')} ${source.text('alias')} ${source.text('fingerprint')} ${body.text('filename')}`)
    .digest('hex');
  const now = stamp(call.machine.world.clock.nowMs());
  const fields = {
    auto_update: body.flag('auto_update'),
    properties: body.config('properties'),
    public: body.flag('public'),
    expires_at: '0001-01-01T00:00:00Z',
    profiles: body.has('profiles') ? body.list('profiles') : ['default'],
    filename: body.text('filename'),
    size: 944_128,
    type: source.text('image_type') || 'container',
    created_at: now,
    last_used_at: '0001-01-01T00:00:00Z',
    uploaded_at: now,
  };
  const operation = startTask(call.machine, { description: 'Downloading image', project }, async (own) => {
    const rows = itemsOf(call, 'image');
    if (rows.some((row) => row.name === fingerprint && row.project === project))
      throw new Error('Image with same fingerprint already exists');
    rows.push({ project, parent: '', name: fingerprint, member: 0, fields });
    own.metadata = { fingerprint, size: String(fields.size) };
    emitLifecycle(call, 'image-created', `/1.0/images/${fingerprint}`, { project, context: { type: fields.type } });
    return Promise.resolve();
  });
  return accepted(operation);
}

export function changeImage(call: Call): Answer {
  const row = findImage(call);
  checkMatch(call.request.headers['if-match'], row.fields);
  const body = bodyOf(call, 'ImagePut');
  const properties = body.config('properties');
  row.fields = { ...row.fields, properties, public: body.flag('public'), auto_update: body.flag('auto_update') };
  emitLifecycle(call, 'image-updated', `/1.0/images/${row.name}`, { project: row.project });
  return done();
}

export function deleteImage(call: Call): Answer {
  const row = findImage(call);
  const operation = startTask(
    call.machine,
    { description: 'Deleting image', resources: { images: [url(row)] }, project: row.project },
    async () => {
      const rows = itemsOf(call, 'image');
      rows.splice(rows.indexOf(row), 1);
      emitLifecycle(call, 'image-deleted', `/1.0/images/${row.name}`, { project: row.project });
      return Promise.resolve();
    },
  );
  return accepted(operation);
}

function findImage(call: Call): ItemRow {
  const project = imageProject(call);
  const start = call.param('item');
  const row = itemsOf(call, 'image').find((one) => one.name.startsWith(start) && one.project === project);
  if (row === undefined) throw new IncusError(404, `Image "${start}" not found`);
  return row;
}

export function listAliases(call: Call): Answer {
  const rows = itemsOf(call, 'image-alias').filter((row) => row.project === imageProject(call));
  return ok(call.recursion > 0 ? rows.map(shownAlias) : rows.map(aliasUrl));
}

const shownAlias = (row: ItemRow): Record<string, unknown> => ({ ...row.fields, name: row.name });

export function createAlias(call: Call): Answer {
  const project = imageProject(call);
  const body = bodyOf(call, 'ImageAliasesPost');
  const [name, target] = [body.text('name'), body.text('target')];
  if (name === '' || target === '') throw new IncusError(400, 'name and target are required');
  const rows = itemsOf(call, 'image-alias');
  if (rows.some((row) => row.name === name && row.project === project))
    throw new IncusError(409, 'Alias already exists');
  const image = itemsOf(call, 'image').find((row) => row.name.startsWith(target) && row.project === project);
  if (image === undefined) throw new IncusError(404, 'Image not found');
  const fields = { description: body.text('description'), target: image.name, type: image.fields.type };
  const row = { project, parent: '', name, member: 0, fields };
  rows.push(row);
  emitLifecycle(call, 'image-alias-created', `/1.0/images/aliases/${encodeURIComponent(name)}`, {
    project,
    context: { target: image.name },
  });
  return created(aliasUrl(row));
}

export function showAlias(call: Call): Answer {
  const row = findAlias(call);
  return tagged(shownAlias(row), row.fields);
}

export function deleteAlias(call: Call): Answer {
  const row = findAlias(call);
  const rows = itemsOf(call, 'image-alias');
  rows.splice(rows.indexOf(row), 1);
  tellAlias(call, row, 'deleted');
  return done();
}

export function changeAlias(call: Call): Answer {
  const row = findAlias(call);
  checkMatch(call.request.headers['if-match'], row.fields);
  const body = bodyOf(call, 'ImageAliasesEntryPut');
  const target = body.text('target') || row.fields.target;
  row.fields = { ...row.fields, description: body.text('description'), target };
  tellAlias(call, row, 'updated', { target });
  return done();
}

export function renameAlias(call: Call): Answer {
  const row = findAlias(call);
  const name = bodyOf(call, 'ImageAliasesEntryPost').text('name');
  const twin = (one: ItemRow): boolean => one.name === name && one.project === row.project;
  if (itemsOf(call, 'image-alias').some(twin)) throw new IncusError(409, 'Alias already exists');
  const old_name = row.name;
  row.name = name;
  tellAlias(call, row, 'renamed', { old_name });
  return created(aliasUrl(row));
}

function tellAlias(call: Call, row: ItemRow, what: string, context?: Record<string, unknown>): void {
  const extra = { project: row.project, ...(context === undefined ? {} : { context }) };
  emitLifecycle(call, `image-alias-${what}`, `/1.0/images/aliases/${encodeURIComponent(row.name)}`, extra);
}

function findAlias(call: Call): ItemRow {
  const project = imageProject(call);
  const row = itemsOf(call, 'image-alias').find((one) => one.name === call.param('item') && one.project === project);
  if (row === undefined) throw new IncusError(404, 'Image alias not found');
  return row;
}
