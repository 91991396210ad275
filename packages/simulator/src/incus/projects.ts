import type { Call } from './call.ts';
import { bodyOf, checkName } from './call.ts';
import { isKnownKey } from './config-keys.ts';
import type { ConfigMap, ProjectRow } from './database.ts';
import { byName, DEFAULT_FEATURES } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import { projectUsers } from './used-by.ts';

const url = (name: string): string => `/1.0/projects/${encodeURIComponent(name)}`;

export function listProjects(call: Call): Answer {
  const rows = [...call.data.projects].sort(byName);
  return ok(call.recursion > 0 ? rows.map((row) => shown(call, row)) : rows.map((row) => url(row.name)));
}

export function showProject(call: Call): Answer {
  const row = findProject(call, 'Project not found');
  return tagged(shown(call, row), writable(row));
}

const shown = (call: Call, row: ProjectRow): Record<string, unknown> => ({
  config: sortedConfig(row.config),
  description: row.description,
  name: row.name,
  used_by: projectUsers(call.data, row.name),
});

const sortedConfig = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)));
const writable = (row: ProjectRow): unknown => ({ config: row.config, description: row.description });

export function createProject(call: Call): Answer {
  const body = bodyOf(call, 'ProjectsPost');
  const name = body.text('name');
  checkName(name, 'Invalid project name');
  if (name.includes('_')) throw new IncusError(400, 'Project names may not contain underscores');
  const config = checkConfig(call, body.config('config'));
  if (call.data.projects.some((row) => row.name === name)) {
    throw new IncusError(
      409,
      `Failed creating project "${name}": Failed adding database record: This "Project" entry already exists`,
    );
  }
  failItem(call, name);
  // Seen: networks and zones stay with the default project unless asked for; the other four features are on.
  const row = { name, description: body.text('description'), config: { ...DEFAULT_FEATURES, ...config } };
  call.data.projects.push(row);
  if (row.config['features.profiles'] === 'true') {
    call.data.profiles.push({
      project: name,
      name: 'default',
      description: `Default Incus profile for project ${name}`,
      config: {},
      devices: {},
    });
  }
  emitLifecycle(call, 'project-created', url(name), { sentAs: name });
  return created(url(name));
}

function checkConfig(call: Call, config: ConfigMap): ConfigMap {
  for (const [key, value] of Object.entries(config)) {
    if (!isKnownKey('project', key) && !key.startsWith('user.'))
      throw new IncusError(400, `Invalid project configuration key "${key}"`);
    if (/^(features\..*|restricted)$/.test(key) && !/^(true|false|1|0|yes|no|on|off|)$/i.test(value)) {
      throw new IncusError(
        400,
        `Invalid project configuration key "${key}" value: Invalid value for a boolean "${value}"`,
      );
    }
  }
  const services = call.machine.options.services?.() ?? [];
  if (
    config['features.networks'] === 'true' &&
    !services.includes('ovn') &&
    !call.data.networks.some((row) => row.type === 'ovn')
  ) {
    throw new IncusError(400, 'OVN is required for projects with "features.networks" enabled');
  }
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''));
}

export const replaceProject = (call: Call): Answer => changeProject(call, false);
export const mergeProject = (call: Call): Answer => changeProject(call, true);

function changeProject(call: Call, merge: boolean): Answer {
  const row = findProject(call, 'Project not found');
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'ProjectPut');
  const config = checkConfig(call, body.config('config'));
  const next = merge ? { ...row.config, ...config } : config;
  const feature = Object.keys({ ...row.config, ...next }).find(
    (key) => key.startsWith('features.') && (row.config[key] ?? '') !== (next[key] ?? ''),
  );
  if (
    feature !== undefined &&
    (row.name === 'default' ||
      projectUsers(call.data, row.name).some((used) => !/\/profiles\/default(\?|$)/.test(used)))
  ) {
    throw new IncusError(
      400,
      row.name === 'default'
        ? "You can't change the features of the default project"
        : `Project feature "${feature}" cannot be changed on non-empty projects`,
    );
  }
  row.config = next;
  if (!merge || body.has('description')) row.description = body.text('description');
  emitLifecycle(call, 'project-updated', url(row.name), { sentAs: row.name });
  return done();
}

export function renameProject(call: Call): Answer {
  const row = findProject(call, 'Project not found');
  if (row.name === 'default') throw new IncusError(403, "The 'default' project cannot be renamed");
  const name = bodyOf(call, 'ProjectPost').text('name');
  checkName(name, 'Invalid project name');
  const old_name = row.name;
  for (const one of [
    ...call.data.profiles,
    ...call.data.networks,
    ...call.data.volumes,
    ...call.data.instances,
    ...Object.values(call.data.items).flat(),
  ]) {
    if (one.project === old_name) one.project = name;
  }
  row.name = name;
  emitLifecycle(call, 'project-renamed', url(name), { sentAs: name, context: { old_name } });
  return done();
}

/** Only its own default profile may be left in it, unless forced. */
export function deleteProject(call: Call): Answer {
  const row = findProject(call, `Fetch project "${call.param('name')}": Project not found`);
  if (row.name === 'default') throw new IncusError(403, "The 'default' project cannot be deleted");
  const forced = call.request.query.get('force') === '1';
  const used = projectUsers(call.data, row.name).filter((one) => !/^\/1\.0\/(profiles\/default\?|images\/)/.test(one));
  const profilesOnly = used.every((one) => one.startsWith('/1.0/profiles/'));
  if (!forced && !profilesOnly) throw new IncusError(400, 'Only empty projects can be removed.');
  const keep = (one: { project: string }): boolean => one.project !== row.name;
  const { data } = call;
  data.profiles = data.profiles.filter(keep);
  data.networks = data.networks.filter(keep);
  data.volumes = data.volumes.filter(keep);
  data.instances = data.instances.filter(keep);
  for (const [kind, items] of Object.entries(data.items)) data.items[kind] = items.filter(keep);
  data.projects.splice(data.projects.indexOf(row), 1);
  emitLifecycle(call, 'project-deleted', url(row.name), { sentAs: row.name });
  return done();
}

export function showProjectState(call: Call): Answer {
  findProject(call, 'Project not found');
  const none = { Limit: -1, Usage: 0 };
  const names = ['containers', 'cpu', 'disk', 'instances', 'memory', 'networks', 'processes', 'virtual-machines'];
  return ok({ resources: Object.fromEntries(names.map((name) => [name, none])) });
}

function findProject(call: Call, missing: string): ProjectRow {
  const row = call.data.projects.find((one) => one.name === call.param('name'));
  if (row === undefined) throw new IncusError(404, missing);
  return row;
}
