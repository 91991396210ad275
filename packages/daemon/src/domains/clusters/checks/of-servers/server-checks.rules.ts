import { isIncusApplication } from '@operations-center/fleet-protocol';
import { toCandidate } from '../../look/server-facts.rules.ts';
import type { Check } from '../check.ts';
import type { Read, ServerFacts } from '../facts.ts';
import { alike, bad, eachRow, mapRead } from '../judge.rules.ts';

/** Are the servers of one kind? */
export const serverChecks: readonly Check[] = [
  {
    name: 'server-type',
    group: 'servers',
    title: 'The servers are of the wanted type',
    about: 'A cluster is made of servers of one type, and the request says which.',
    reads: ['server_type of the request and of the server, in our table'],
    ignorable: false,
    remedy: 'give the type of the servers: --server-type; operations-center provisioning server list',
    run: ({ servers, request: { server_type } }) =>
      eachRow(servers, ({ server }) =>
        server.server_type === server_type
          ? server_type
          : bad({ seen: `type ${server.server_type}`, cause: `type ${server_type} was asked for` }),
      ),
  },
  {
    name: 'incus-application-alike',
    group: 'servers',
    title: 'All servers run the same Incus',
    about: 'incus and incus-lts-7.0 do not form one cluster.',
    reads: ['version_data of the server, in our table: applications'],
    ignorable: false,
    remedy: 'operations-center provisioning server os application list {server}',
    run: (facts) => alike(facts, storedIncus('name'), { verdict: 'blocking', cause: 'they do not form one cluster' }),
  },
  {
    name: 'incus-version-alike',
    group: 'servers',
    title: 'All servers have the same version of the Incus application',
    about: 'Incus refuses a joiner with another version of its database or API.',
    reads: ['version_data of the server, in our table: applications', 'GET /1.0: environment.server_version'],
    ignorable: false,
    remedy: 'operations-center provisioning server os application check-update {server}:incus',
    run: (facts) =>
      alike(facts, storedIncus('version'), { verdict: 'blocking', cause: 'Incus refuses a joiner of another version' }),
  },
  {
    name: 'incus-release-alike',
    group: 'servers',
    title: 'All servers run the same release of Incus right now',
    about: 'What runs may differ from what is installed until the application is restarted.',
    reads: ['GET /1.0: environment.server_version'],
    ignorable: true,
    remedy: 'operations-center provisioning server os application restart {server}:incus',
    run: (facts) =>
      alike(facts, ({ live }) => environmentOf(live.incus, ({ server_version }) => server_version), {
        verdict: 'blocking',
        cause: 'Incus refuses a joiner of another version',
      }),
  },
  {
    name: 'api-extensions-alike',
    group: 'servers',
    title: 'All servers have the same API',
    about: 'A joiner is refused if its count of API extensions is another.',
    reads: ['GET /1.0: api_extensions'],
    ignorable: true,
    remedy: 'operations-center provisioning server os application check-update {server}:incus',
    run: (facts) =>
      alike(facts, ({ live }) => extensionsOf(live.incus), {
        verdict: 'blocking',
        cause: 'Incus refuses a joiner with another API',
      }),
  },
  {
    name: 'os-version-alike',
    group: 'servers',
    title: 'All servers run the same IncusOS',
    about: 'A later server can only be added to a cluster with the same IncusOS.',
    reads: ['GET /os/1.0: environment.os_version'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system update check {server}',
    run: (facts) =>
      alike(facts, ({ live }) => mapRead(live.environment, ({ environment }) => environment.os_version), {
        verdict: 'warning',
        cause: 'members should have one version of IncusOS',
      }),
  },
  {
    name: 'applications-alike',
    group: 'servers',
    title: 'All servers have the same other applications',
    about: 'Instances that need one of them run on some members only. gpu-support and debug may differ.',
    reads: ['GET /os/1.0/applications, /os/1.0/applications/{name}: state.version'],
    ignorable: true,
    remedy: 'operations-center provisioning server os application list {server}',
    run: (facts) =>
      alike(facts, ({ live }) => mapRead(live.applications, otherApplications), {
        verdict: 'warning',
        cause: 'what needs the application works on some members only',
      }),
  },
  {
    name: 'architecture-alike',
    group: 'servers',
    title: 'All servers have the same architecture',
    about: 'An instance moves only to members of its own architecture.',
    reads: ['GET /1.0: environment.kernel_architecture'],
    ignorable: true,
    remedy: 'operations-center provisioning server show {server}',
    run: (facts) =>
      alike(facts, ({ live }) => environmentOf(live.incus, ({ kernel_architecture }) => kernel_architecture), {
        verdict: 'warning',
        cause: 'instances cannot move between the two',
      }),
  },
];

type Incus = Extract<ServerFacts['live']['incus'], { ok: true }>['value'];

const extensionsOf = (read: Read<Incus>): Read<string> =>
  read.ok && read.value.auth === 'untrusted'
    ? stranger
    : mapRead(read, ({ api_extensions }) => `${api_extensions.length} extensions`);

const stranger: Read<never> = {
  ...{ ok: false, why: 'it does not trust us', code: '', call: '', status: null, error: null },
};

/** A stranger is shown no environment; that is another check's. */
function environmentOf(
  read: Read<Incus>,
  what: (environment: NonNullable<Incus['environment']>) => string,
): Read<string> {
  if (!read.ok) return read;
  const { environment } = read.value;
  return environment === undefined ? stranger : { ok: true, value: what(environment) };
}

const storedIncus =
  (key: 'name' | 'version') =>
  ({ server }: ServerFacts): Read<string> => {
    const incus = toCandidate(server).incus;
    if (incus !== undefined) return { ok: true, value: incus[key] };
    return { ok: false, why: 'Incus is not installed', code: '', call: '', status: null, error: null };
  };

const mayDiffer = ['gpu-support', 'debug'];

const otherApplications = (applications: Readonly<Record<string, { version: string }>>): string =>
  Object.entries(applications)
    .filter(([name]) => !mayDiffer.includes(name) && !isIncusApplication(name))
    .map(([name, { version }]) => `${name} ${version}`)
    .sort()
    .join(', ') || 'none';
