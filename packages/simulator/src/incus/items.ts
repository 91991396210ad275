import type { Call, Fields } from './call.ts';
import { allProjects, atHome, bodyOf, nameProblem, projectOf, targetRow } from './call.ts';
import type { ItemRow } from './database.ts';
import { byName, inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import { isHeard } from './machine.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import type { RouteWish } from './route.ts';

/** One kind of object that the simulator keeps without acting on it: a row of the table in `item-kinds.ts`. */
export type ItemKind = {
  kind: string;
  /** Path of the list; `{network}`, `{pool}` or `{zone}` in it is the object it hangs on. */
  path: string;
  /** The name of the object it hangs on, checked. Empty for kinds that stand alone. */
  parent?: (call: Call) => string;
  /** Feature that gives a project its own ones; without it the kind knows no projects. */
  feature?: string;
  /** Field that names it; also the last part of its path. */
  named?: 'listen_address';
  /** Listed in the order they were made, not of their names. */
  insertionOrder?: true;
  /** Lives on one member (`location`). */
  located?: true;
  missing: string;
  exists: (name: string) => IncusError;
  badName?: (problem: string) => IncusError;
  nameProblem?: (name: string) => string | undefined;
  /** Fields a client may write, with what they are when left out. */
  fields: Record<string, unknown>;
  /** Fields of a POST that stay as they are afterwards. */
  fixed?: Record<string, unknown>;
  shown: (call: Call, row: ItemRow) => Record<string, unknown>;
  full?: (call: Call, row: ItemRow) => Record<string, unknown>;
  /** Seen: the path that its events name, where that is not its own. */
  told?: (row: ItemRow, gone: boolean) => string;
  /** Seen: what the other members say when one is made. */
  echo?: string;
  /** Body of the 201, where it is not null. */
  answer?: (call: Call, row: ItemRow) => unknown;
};

export function itemRoutes(kind: ItemKind): RouteWish[] {
  const scoped = kind.feature === undefined ? {} : { project: true as const };
  return [
    { path: kind.path, handlers: { GET: (call) => list(call, kind), POST: (call) => create(call, kind) }, ...scoped },
    {
      path: `${kind.path}/{item}`,
      handlers: {
        GET: (call) => show(call, kind),
        PUT: (call) => change(call, kind, false),
        PATCH: (call) => change(call, kind, true),
        POST: (call) => rename(call, kind),
        DELETE: (call) => remove(call, kind),
      },
      ...scoped,
    },
  ];
}

/** The rows of a kind, made when first asked for. */
export function itemsOf(call: Call, kind: string): ItemRow[] {
  call.data.items[kind] ??= [];
  return call.data.items[kind];
}

const projectFor = (call: Call, kind: ItemKind): string =>
  kind.feature === undefined ? 'default' : projectWith(call.data, projectOf(call), kind.feature);

function list(call: Call, kind: ItemKind): Answer {
  const parent = kind.parent?.(call) ?? '';
  const project = allProjects(call) ? undefined : projectFor(call, kind);
  const rows = itemsOf(call, kind.kind).filter(
    (row) => row.parent === parent && (project === undefined || row.project === project),
  );
  if (kind.insertionOrder !== true) rows.sort(byName);
  if (call.recursion === 0) return ok(rows.map((row) => urlOf(kind, row)));
  const full = call.recursion > 1 ? kind.full : undefined;
  return ok(rows.map((row) => (full ?? kind.shown)(call, row)));
}

function show(call: Call, kind: ItemKind): Answer {
  const row = find(call, kind);
  const full = call.recursion > 0 ? kind.full : undefined;
  return tagged((full ?? kind.shown)(call, row), writable(kind, row));
}

function create(call: Call, kind: ItemKind): Answer {
  const parent = kind.parent?.(call) ?? '';
  const project = projectFor(call, kind);
  const body = bodyOf(call, 'Post');
  const name = body.text(kind.named ?? 'name');
  const problem =
    kind.named === undefined
      ? (kind.nameProblem ?? nameProblem)(name)
      : name === ''
        ? 'Invalid listen address'
        : undefined;
  if (problem !== undefined) throw kind.badName?.(problem) ?? new IncusError(400, problem);
  const member = kind.located === undefined ? 0 : (targetRow(call) ?? call.machine.row).id;
  const rows = itemsOf(call, kind.kind);
  const twin = (row: ItemRow): boolean =>
    row.name === name && row.project === project && row.parent === parent && row.member === member;
  if (rows.some(twin)) throw kind.exists(name);
  failItem(call, name);
  const fields = { ...read(body, kind.fields), ...read(body, kind.fixed ?? {}) };
  const row = { project, parent, name, member, fields };
  rows.push(row);
  echo(call, kind, row);
  tell(call, kind, row, 'created');
  return created(urlOf(kind, row), kind.answer?.(call, row) ?? null);
}

function read(body: Fields, defaults: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, fallback]) => [
      key,
      key === 'config' ? body.config('config') : (body.raw(key) ?? fallback),
    ]),
  );
}

function change(call: Call, kind: ItemKind, merge: boolean): Answer {
  const row = find(call, kind);
  checkMatch(call.request.headers['if-match'], writable(kind, row));
  const body = bodyOf(call, 'Put');
  const wanted = read(body, kind.fields);
  const keep = Object.fromEntries(Object.entries(wanted).filter(([key]) => !merge || body.has(key)));
  row.fields = { ...row.fields, ...keep };
  tell(call, kind, row, 'updated');
  return done();
}

function rename(call: Call, kind: ItemKind): Answer {
  const row = find(call, kind);
  if (kind.named !== undefined) throw new IncusError(501, 'not implemented');
  const name = bodyOf(call, 'Post').text('name');
  const problem = nameProblem(name);
  if (problem !== undefined) throw kind.badName?.(problem) ?? new IncusError(400, problem);
  const old_name = row.name;
  row.name = name;
  tell(call, kind, row, 'renamed', { old_name });
  return created(urlOf(kind, row));
}

function remove(call: Call, kind: ItemKind): Answer {
  const row = find(call, kind);
  const rows = itemsOf(call, kind.kind);
  rows.splice(rows.indexOf(row), 1);
  tell(call, kind, row, 'deleted');
  return done();
}

function find(call: Call, kind: ItemKind): ItemRow {
  const parent = kind.parent?.(call) ?? '';
  const project = projectFor(call, kind);
  const target = kind.located === undefined ? undefined : targetRow(call);
  const row = itemsOf(call, kind.kind).find(
    (one) =>
      one.name === call.param('item') &&
      one.project === project &&
      one.parent === parent &&
      (target === undefined || one.member === target.id),
  );
  if (row === undefined) throw new IncusError(404, kind.missing);
  return row;
}

function tell(call: Call, kind: ItemKind, row: ItemRow, what: string, context?: Record<string, unknown>): void {
  const path = kind.told?.(row, what === 'deleted') ?? pathOf(kind, row);
  const extra = { project: row.project, ...(context === undefined ? {} : { context }) };
  emitLifecycle(kind.located === undefined ? call : atHome(call, row), `${kind.kind}-${what}`, path, extra);
}

function echo(call: Call, kind: ItemKind, row: ItemRow): void {
  if (kind.echo === undefined) return;
  for (const machine of call.machine.store.seats.values())
    if (machine !== call.machine && isHeard(machine))
      emitLifecycle({ ...call, machine }, kind.echo, pathOf(kind, row), { project: row.project });
}

function pathOf(kind: ItemKind, row: ItemRow): string {
  const parents = row.parent.split('/').map(encodeURIComponent);
  const list = kind.path.replaceAll(/\{\w+\}/g, () => parents.shift() ?? '');
  return `${list}/${encodeURIComponent(row.name)}`;
}

const urlOf = (kind: ItemKind, row: ItemRow): string => inProject(pathOf(kind, row), row.project);

const writable = (kind: ItemKind, row: ItemRow): unknown =>
  Object.fromEntries(Object.keys(kind.fields).map((key) => [key, row.fields[key]]));
