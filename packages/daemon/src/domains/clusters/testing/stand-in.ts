import { startTestServer, testCertificate } from '../../../fleet/test-server.ts';
import { whatHealthyServersSay } from './answers.ts';

/** What a stand-in shows; a test changes it while it runs. */
export type StandInState = {
  clustered: boolean;
  trusted: boolean;
  services: Record<string, Record<string, unknown>>;
  interfaces: Record<string, { addresses: string[]; roles: string[] }>;
  /** URLs of what it holds, by list: `/1.0/projects`. */
  contents: Record<string, string[]>;
  /** Undefined: as it should be. */
  answer: 'nothing' | 'only the ping' | 'only Incus' | 'garbage' | 'html' | 'endless' | undefined;
};

/** A server on a real socket that answers what is asked before a creation. */
export async function startStandIn(name: string) {
  const certificate = await testCertificate(name);
  const state: StandInState = {
    clustered: false,
    trusted: true,
    services: { lvm: { enabled: false, system_id: 0 }, nvme: { enabled: false, targets: [] } },
    interfaces: { eth0: { addresses: [`10.0.0.${name.replace('server', '')}`], roles: ['management', 'cluster'] } },
    contents: { '/1.0/projects': ['/1.0/projects/default'] },
    answer: undefined,
  };
  const server = await startTestServer(certificate, ({ url }, response) => {
    if (state.answer === 'nothing' || (state.answer === 'only the ping' && url !== '/')) return;
    if (state.answer === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (response.write(' '.repeat(65_536)));
        response.once('drain', more);
      };
      return more();
    }
    if (state.answer === 'only Incus' && url.startsWith('/os')) return;
    if (state.answer !== undefined && !state.answer.startsWith('only'))
      return void response.end(state.answer === 'html' ? '<html></html>' : '{"type":');
    const metadata = answerTo(url, name, state);
    const found = metadata !== undefined;
    const error = {
      type: 'error',
      status: '',
      status_code: 0,
      operation: '',
      error_code: 404,
      error: 'not found',
      metadata: null,
    };
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        found
          ? { ...error, type: 'sync', status: 'Success', status_code: 200, error_code: 0, error: '', metadata }
          : error,
      ),
    );
  });
  return { state, server, certificate };
}

function answerTo(url: string, name: string, state: StandInState): unknown {
  const service = /^\/os\/1\.0\/services\/([^/]+)$/.exec(url)?.[1];
  if (service !== undefined) {
    const config = state.services[service];
    return config === undefined ? undefined : { config, state: {} };
  }
  const environment = {
    certificate: '',
    certificate_fingerprint: '',
    server_clustered: state.clustered,
    server_name: name,
    server_version: '7.0',
    storage_supported_drivers: [{ Name: 'zfs' }, { Name: 'dir' }],
  };
  const answers: Record<string, unknown> = {
    '/': ['/1.0'],
    '/1.0': {
      auth: state.trusted ? 'trusted' : 'untrusted',
      config: {},
      api_extensions: [],
      ...(state.trusted ? { environment } : {}),
    },
    '/os/1.0/services': Object.keys(state.services).map((one) => `/1.0/services/${one}`),
    ...Object.fromEntries(contentUrls.map((url) => [url, state.contents[url.split('?')[0] ?? ''] ?? []])),
    ...whatHealthyServersSay(name),
    '/os/1.0/system/network': { config: null, state: { interfaces: state.interfaces } },
    '/1.0/metadata/configuration': localKeys,
  };
  return answers[url];
}

const contentUrls = [
  '/1.0/instances?all-projects=true',
  '/1.0/images?all-projects=true',
  '/1.0/projects',
  '/1.0/storage-pools',
  '/1.0/profiles?all-projects=true',
  '/1.0/networks?recursion=1&all-projects=true',
];

const local = (key: string) => ({ [key]: { scope: 'local', type: 'string' } });
export const localKeys = {
  configs: {
    server: { misc: { keys: ['storage.backups_volume', 'storage.images_volume', 'storage.logs_volume'].map(local) } },
    storage_zfs: { common: { keys: [local('source')] } },
  },
};
