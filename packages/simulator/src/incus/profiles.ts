import type { Call } from './call.ts';
import { allProjects, bodyOf, checkName, configMap, projectOf } from './call.ts';
import { checkKeys } from './config-keys.ts';
import type { ConfigMap, Devices, ProfileRow } from './database.ts';
import { byName, inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import { profileUsers } from './used-by.ts';

const DEVICE_TYPES = [
  'none',
  'nic',
  'disk',
  'unix-char',
  'unix-block',
  'usb',
  'gpu',
  'infiniband',
  'proxy',
  'unix-hotplug',
  'tpm',
  'pci',
];
const profileProject = (call: Call): string => projectWith(call.data, projectOf(call), 'features.profiles');
const url = (row: { name: string; project: string }): string =>
  inProject(`/1.0/profiles/${encodeURIComponent(row.name)}`, row.project);

export function listProfiles(call: Call): Answer {
  const project = allProjects(call) ? undefined : profileProject(call);
  const place = (row: ProfileRow): number => call.data.projects.findIndex((one) => one.name === row.project);
  const rows = call.data.profiles
    .filter((row) => project === undefined || row.project === project)
    .sort((a, b) => place(a) - place(b) || byName(a, b));
  return ok(call.recursion > 0 ? rows.map((row) => shown(call, row)) : rows.map(url));
}

export function showProfile(call: Call): Answer {
  const row = findProfile(call, 'Fetch profile: Profile not found');
  return tagged(shown(call, row), writable(row));
}

const shown = (call: Call, row: ProfileRow): Record<string, unknown> => ({
  config: row.config,
  description: row.description,
  devices: row.devices,
  name: row.name,
  used_by: profileUsers(call.data, row),
  project: row.project,
});

const writable = (row: ProfileRow): unknown => ({
  config: row.config,
  description: row.description,
  devices: row.devices,
});

export function createProfile(call: Call): Answer {
  const project = profileProject(call);
  const body = bodyOf(call, 'ProfilesPost');
  const name = body.text('name');
  if (name === '') throw new IncusError(400, 'No name provided');
  checkName(name, 'Invalid profile name');
  const config = checkConfig(body.config('config'));
  const devices = readDevices(call, body.raw('devices'));
  if (call.data.profiles.some((row) => row.name === name && row.project === project)) {
    throw new IncusError(500, `Error inserting "${name}" into database: The profile already exists`);
  }
  failItem(call, name);
  const row = { project, name, description: body.text('description'), config, devices };
  call.data.profiles.push(row);
  emitLifecycle(call, 'profile-created', `/1.0/profiles/${name}`, { project });
  return created(url(row));
}

function checkConfig(config: ConfigMap): ConfigMap {
  checkKeys('instance', config, (key) => new IncusError(400, `Unknown configuration key: ${key}`));
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== ''));
}

/** A nic's network must exist; a disk's pool need not (seen: a profile with an unknown pool is taken). */
function readDevices(call: Call, value: unknown): Devices {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new IncusError(400, 'json: cannot unmarshal into Go struct field ProfilesPost.devices');
  const devices = Object.fromEntries(
    Object.entries(value).map(([name, device]) => [name, configMap(device, 'ProfilesPost.devices')]),
  );
  for (const [name, device] of Object.entries(devices)) {
    const refuse = (why: string): IncusError =>
      new IncusError(400, `Device validation failed for "${name}": Failed loading device "${name}": ${why}`);
    if (!DEVICE_TYPES.includes(device.type ?? '')) throw refuse('Unsupported device type');
    const network = device.network ?? '';
    if (device.type !== 'nic' || network === '') continue;
    const project = projectWith(call.data, projectOf(call), 'features.networks');
    if (!call.data.networks.some((row) => row.name === network && row.project === project)) {
      throw refuse(`Failed to load network "${network}" for project "${project}": Network not found`);
    }
  }
  return devices;
}

export const replaceProfile = (call: Call): Answer => changeProfile(call, false);
export const mergeProfile = (call: Call): Answer => changeProfile(call, true);

function changeProfile(call: Call, merge: boolean): Answer {
  // Seen: each way of asking for what is not there has its own words.
  const asked = merge ? `profile="${call.param('name')}"` : `profile "${call.param('name')}"`;
  const row = findProfile(call, `Failed to retrieve ${asked}: Profile not found`);
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'ProfilePut');
  const config = checkConfig(body.config('config'));
  const devices = readDevices(call, body.raw('devices'));
  failItem(call, row.name);
  row.config = merge ? { ...row.config, ...config } : config;
  row.devices = merge ? { ...row.devices, ...devices } : devices;
  if (!merge || body.has('description')) row.description = body.text('description');
  emitLifecycle(call, 'profile-updated', `/1.0/profiles/${row.name}`, { project: row.project });
  return done();
}

export function renameProfile(call: Call): Answer {
  const row = findProfile(call, `Profile "${call.param('name')}" doesn't exist`);
  if (row.name === 'default') throw new IncusError(403, 'The "default" profile cannot be renamed');
  const name = bodyOf(call, 'ProfilePost').text('name');
  checkName(name, 'Invalid profile name');
  if (call.data.profiles.some((other) => other.name === name && other.project === row.project)) {
    throw new IncusError(409, `Name "${name}" already in use`);
  }
  const old_name = row.name;
  row.name = name;
  emitLifecycle(call, 'profile-renamed', `/1.0/profiles/${name}`, { project: row.project, context: { old_name } });
  return created(url(row));
}

export function deleteProfile(call: Call): Answer {
  const row = findProfile(call, 'Profile not found');
  if (row.name === 'default') throw new IncusError(403, 'The "default" profile cannot be deleted');
  if (profileUsers(call.data, row).length > 0) throw new IncusError(400, 'Profile is currently in use');
  call.data.profiles.splice(call.data.profiles.indexOf(row), 1);
  emitLifecycle(call, 'profile-deleted', `/1.0/profiles/${row.name}`, { project: row.project });
  return done();
}

function findProfile(call: Call, otherwise: string): ProfileRow {
  const project = profileProject(call);
  const row = call.data.profiles.find((one) => one.name === call.param('name') && one.project === project);
  if (row === undefined) throw new IncusError(404, otherwise);
  return row;
}
