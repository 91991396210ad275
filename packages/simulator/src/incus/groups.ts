import type { Call } from './call.ts';
import { bodyOf, checkName } from './call.ts';
import type { GroupRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';

const url = (name: string): string => `/1.0/cluster/groups/${encodeURIComponent(name)}`;

export function listGroups(call: Call): Answer {
  mustBeClustered(call);
  // Seen: the list says null for config and used_by where the single object says {} and [].
  if (call.recursion > 0)
    return ok(call.data.groups.map((row) => ({ ...shown(call, row), config: null, used_by: null })));
  return ok(call.data.groups.map((row) => url(row.name)));
}

export function showGroup(call: Call): Answer {
  const row = findGroup(call);
  return tagged(shown(call, row), writable(call, row));
}

const namesOf = (call: Call, row: GroupRow): string[] =>
  call.data.members
    .filter((member) => row.members.includes(member.id))
    .map((member) => member.name)
    .sort();

const shown = (call: Call, row: GroupRow): Record<string, unknown> => ({
  description: row.description,
  members: namesOf(call, row),
  config: row.config,
  name: row.name,
  used_by: [],
});

const writable = (call: Call, row: GroupRow): unknown => ({
  description: row.description,
  members: namesOf(call, row),
  config: row.config,
});

export function createGroup(call: Call): Answer {
  mustBeClustered(call);
  const body = bodyOf(call, 'ClusterGroupsPost');
  const name = body.text('name');
  checkName(name, 'Invalid cluster group name');
  if (call.data.groups.some((row) => row.name === name))
    throw new IncusError(409, 'This "Cluster_group" entry already exists');
  const members = memberIds(call, body.list('members'));
  failItem(call, name);
  call.data.groups.push({ name, description: body.text('description'), members, config: body.config('config') });
  emitLifecycle(call, 'cluster-group-created', url(name));
  return created(url(name));
}

function memberIds(call: Call, names: string[]): number[] {
  return names.map((name) => {
    const row = call.data.members.find((member) => member.name === name);
    // Seen: the database's own words reach the client.
    if (row === undefined)
      throw new IncusError(
        500,
        'Failed to create "nodes_clusters_groups" entry: NOT NULL constraint failed: nodes_cluster_groups.node_id',
      );
    return row.id;
  });
}

export const replaceGroup = (call: Call): Answer => changeGroup(call, false);
export const mergeGroup = (call: Call): Answer => changeGroup(call, true);

function changeGroup(call: Call, merge: boolean): Answer {
  const row = findGroup(call);
  checkMatch(call.request.headers['if-match'], writable(call, row));
  const body = bodyOf(call, 'ClusterGroupPut');
  const members = memberIds(call, body.list('members'));
  if (!merge || body.has('members')) {
    const alone = row.members.filter(
      (id) => !members.includes(id) && !call.data.groups.some((other) => other !== row && other.members.includes(id)),
    );
    if (alone.length > 0)
      throw new IncusError(
        400,
        `Cannot remove ${nameOf(call, alone[0])} from group as member needs to belong to at least one group`,
      );
    row.members = members;
  }
  if (!merge || body.has('description')) row.description = body.text('description');
  if (!merge || body.has('config')) row.config = body.config('config');
  emitLifecycle(call, 'cluster-group-updated', url(row.name), {
    context: { description: row.description, members: namesOf(call, row) },
  });
  return done();
}

const nameOf = (call: Call, id: number | undefined): string =>
  call.data.members.find((row) => row.id === id)?.name ?? '';

export function renameGroup(call: Call): Answer {
  const row = findGroup(call);
  if (row.name === 'default') throw new IncusError(403, 'The "default" group cannot be renamed');
  const name = bodyOf(call, 'ClusterGroupPost').text('name');
  checkName(name, 'Invalid cluster group name');
  if (call.data.groups.some((other) => other.name === name)) throw new IncusError(500, `Name "${name}" already in use`);
  const old_name = row.name;
  row.name = name;
  emitLifecycle(call, 'cluster-group-renamed', url(name), { context: { old_name } });
  return created(url(name));
}

export function deleteGroup(call: Call): Answer {
  const row = findGroup(call);
  if (row.name === 'default') throw new IncusError(403, "The 'default' cluster group cannot be deleted");
  if (row.members.length > 0) throw new IncusError(500, 'Only empty cluster groups can be removed');
  call.data.groups.splice(call.data.groups.indexOf(row), 1);
  // Seen: the group's name stands where a project's belongs.
  emitLifecycle(call, 'cluster-group-deleted', url(row.name), { sentAs: row.name });
  return done();
}

function findGroup(call: Call): GroupRow {
  mustBeClustered(call);
  const row = call.data.groups.find((one) => one.name === call.param('name'));
  if (row === undefined) throw new IncusError(404, 'Cluster_group not found');
  return row;
}

function mustBeClustered(call: Call): void {
  if (call.data.cluster === null) throw new IncusError(400, 'This server is not clustered');
}
