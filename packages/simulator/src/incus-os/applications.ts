import { INCUS_APPLICATIONS } from '@operations-center/fleet-protocol';
import { bodyOf, configFrom, type Route, urlOf } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { bool, decodeGo, isObject, type Json, list, string, struct, textOf } from './go-json.ts';
import type { InstalledApplication, OsCall } from './incus-os.ts';

const KNOWN = [
  'debug',
  'gpu-support',
  ...INCUS_APPLICATIONS,
  'incus-ceph',
  'incus-linstor',
  'migration-manager',
  'openfga',
  'operations-center',
];
const INCUS = new Set<string>(INCUS_APPLICATIONS);
const PRIMARY = new Set<string>([...INCUS_APPLICATIONS, 'migration-manager', 'operations-center']);
/** IncusOS answers first and acts a second later. */
export const AFTER_ANSWER_MS = 1_000;

const CONFIG_SHAPES: Record<string, ReturnType<typeof struct>> = {
  incus: struct('ApplicationIncus', { lxcfs: struct('LXCFS', { cpu_shares: bool, load_average: bool }) }),
  openfga: struct('ApplicationOpenFGA', { api_tokens: list(string) }),
};
const shapeOf = (name: string) => CONFIG_SHAPES[INCUS.has(name) ? 'incus' : name] ?? struct('Application', {});

export const isPrimary = (name: string): boolean => PRIMARY.has(name);
export const isKnownApplication = (name: string): boolean => KNOWN.includes(name);
export const primaryOf = (applications: ReadonlyMap<string, unknown>): string | undefined =>
  [...applications.keys()].find(isPrimary);

/** An application as it stands right after its installation. */
export function freshApplication(name: string, version: string): InstalledApplication {
  const upstream: Record<string, string> = {
    incus: '7.0.2',
    'incus-lts-7.0': '7.0.2',
    'migration-manager': '0.6.15',
    'operations-center': '0.8.1',
  };
  const config: Json = INCUS.has(name) ? decodeGo(shapeOf(name), {}) : {};
  return {
    version,
    friendly_version: upstream[name] === undefined ? version : `${upstream[name]} [${version}]`,
    config,
  };
}

function installed(call: OsCall): { name: string; application: InstalledApplication } {
  const name = call.parameters['name'] ?? '';
  const application = call.os.state.applications.get(name);
  if (application === undefined) throw new Refusal(404);
  return { name, application };
}

function show(call: OsCall) {
  const { name, application } = installed(call);
  const { version, friendly_version, config, last_restored } = application;
  const state = {
    is_primary: isPrimary(name),
    initialized: true,
    friendly_version,
    version,
    available_versions: [version],
    ...(last_restored === undefined ? {} : { last_restored }),
  };
  return success({ state, config });
}

function replaceConfig(call: OsCall) {
  const { name, application } = installed(call);
  application.config = configFrom(call, shapeOf(name), 500);
  if (name === 'openfga' && application.config['api_tokens'] === null)
    throw new Refusal(500, 'at least one API token must be specified');
  return success();
}

async function install(call: OsCall) {
  const name = nameOf(bodyOf(call, 400, 'allowed'));
  const { applications } = call.os.state;
  if (name === '') throw new Refusal(400, 'missing application name');
  if (!isKnownApplication(name)) throw new Refusal(400, `unknown application '${name}'`);
  if (applications.has(name)) throw new Refusal(409);
  const primary = primaryOf(applications);
  if (isPrimary(name) && primary !== undefined) throw new Refusal(400, 'a primary application is already installed');
  await call.os.provider.install(name);
  return success();
}

const nameOf = (body: Json): string => (typeof body['name'] === 'string' ? body['name'] : '');

/** Each action of an installed application; a name that is not installed is 404 before anything else. */
const ACTIONS: Record<string, (call: OsCall, name: string, application: InstalledApplication) => unknown> = {
  ':backup': async (call, name) => {
    bodyOf(call, 400, 'allowed');
    return INCUS.has(name) ? call.os.application.backup() : Buffer.alloc(0);
  },
  ':restore': async (call, name, application) => {
    if (!INCUS.has(name)) throw new Refusal(500, `restore isn't supported for application ${name}`);
    await call.os.application.restore(call.body).catch((error: Error) => {
      throw new Refusal(500, error.message);
    });
    application.last_restored = new Date(call.os.clock.nowMs()).toISOString();
  },
  ':factory-reset': (call, name) => {
    if (INCUS.has(name)) call.os.clock.afterMs(AFTER_ANSWER_MS, () => call.os.application.factoryReset());
  },
  ':restart': (call, name) => {
    if (INCUS.has(name)) call.os.clock.afterMs(AFTER_ANSWER_MS, () => call.os.application.restart());
  },
  ':remove': (call, name) => {
    if (isPrimary(name)) throw new Refusal(500, 'cannot remove a primary application');
    call.os.state.applications.delete(name);
  },
  ':check-update': (call) => void call.os.clock.afterMs(AFTER_ANSWER_MS, () => void call.os.provider.checkForUpdates()),
  ':switch-version': (call) => {
    bodyOf(call, 400, 'allowed');
    throw new Refusal(
      400,
      'only one version of the application is available locally, cannot switch to a different version',
    );
  },
  ':action': (call) => {
    const { action } = bodyOf(call, 500);
    throw new Refusal(500, `unsupported action '${typeof action === 'string' ? action : ''}'`);
  },
  ':debug': (call) => {
    const { action } = bodyOf(call, 500);
    if (action !== 'get-logs') throw new Refusal(501);
    return Buffer.alloc(0);
  },
};

export const APPLICATION_ROUTES: readonly Route[] = [
  {
    path: '/1.0/applications',
    GET: (call) =>
      success([...call.os.state.applications.keys()].sort().map((name) => urlOf(call, `/applications/${name}`))),
    POST: install,
  },
  { path: '/1.0/applications/{name}', GET: show, PUT: replaceConfig },
  ...Object.entries(ACTIONS).map(([action, run]) => ({
    path: `/1.0/applications/{name}/${action}`,
    POST: async (call: OsCall) => {
      const { name, application } = installed(call);
      const result = await run(call, name, application);
      if (!Buffer.isBuffer(result)) return success();
      return {
        status: 200,
        headers: { 'content-type': action === ':debug' ? 'application/octet-stream' : 'application/gzip' },
        body: result,
      };
    },
  })),
];

/** The applications a seed asks for; a primary one is added if there is none, as IncusOS does. */
export function seededApplications(seed: Json | undefined): string[] {
  const items = Array.isArray(seed?.['applications']) ? seed['applications'] : [];
  const names = items.flatMap((item: unknown) =>
    isObject(item) && typeof item['name'] === 'string' ? [item['name']] : [],
  );
  return names.some(isPrimary) ? names : [...names, 'incus'];
}

/** The client certificates that the preseed of an incus seed names: Incus trusts them from the start. */
export function seededCertificates(seed: Json | undefined): { name: string; certificate: string }[] {
  const preseed = isObject(seed?.['preseed']) ? seed['preseed'] : {};
  const items = Array.isArray(preseed['certificates']) ? preseed['certificates'].filter(isObject) : [];
  const clients = items.filter((item) => item['type'] === 'client');
  return clients.map((item) => ({ name: textOf(item['name']), certificate: textOf(item['certificate']) }));
}
