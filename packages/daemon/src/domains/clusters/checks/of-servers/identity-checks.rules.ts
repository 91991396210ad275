import { readCertificate } from '@operations-center/documents';
import type { Check } from '../check.ts';
import { bad, block, doubtful, eachRow, eachServer, listNames, ok, sharedBy, warn } from '../judge.rules.ts';

const dayMs = 86_400_000;
const soonMs = 30 * dayMs;

/** Is it the machine we think it is, and is it free? */
export const identityChecks: readonly Check[] = [
  {
    name: 'certificate-pinned',
    group: 'identity',
    title: 'The server shows its own certificate',
    about:
      'The certificate of its registration is a server’s identity. Another one is another machine, or a man in the middle.',
    reads: ['the certificate of the TLS connection'],
    ignorable: false,
    remedy: 'operations-center provisioning server show {server}; if it was installed anew, register it again',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live: { ping } }) => (ping.ok || ping.code === 'certificate_changed' ? { ok: true, value: ping } : ping),
        (ping) => (ping.ok ? 'as registered' : bad({ seen: ping.why, cause: 'it is not the server that registered' })),
      ),
  },
  {
    name: 'trusts-us',
    group: 'identity',
    title: 'The server trusts our certificate',
    about: 'Without trust Incus answers a stranger: nothing could be changed.',
    reads: ['GET /1.0: auth'],
    ignorable: false,
    remedy:
      'operations-center provisioning server show {server}; register it again, or add client.crt to its trust store',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.incus,
        ({ auth }) =>
          auth === 'trusted' ? 'trusted' : bad({ seen: 'auth is untrusted', cause: 'it takes no orders from us' }),
      ),
  },
  {
    name: 'not-in-a-cluster',
    group: 'identity',
    title: 'The server belongs to no cluster of ours',
    about: 'A member of one cluster cannot be made a member of another.',
    reads: ['cluster of the server, in our table'],
    ignorable: false,
    remedy: 'operations-center provisioning server list; name another server',
    run: ({ servers }) =>
      eachRow(servers, ({ server: { cluster } }) =>
        cluster === null ? 'free' : bad({ seen: `member of "${cluster}"`, cause: 'it belongs to another cluster' }),
      ),
  },
  {
    name: 'not-claimed',
    group: 'identity',
    title: 'No other operation works on the server',
    about: 'One operation at a time works on a server.',
    reads: ['forming_cluster of the server, in our table'],
    ignorable: false,
    remedy: 'operations-center operation list; wait for it, or cancel it',
    run: ({ servers }) =>
      eachRow(servers, ({ server: { forming_cluster } }) =>
        forming_cluster === null
          ? 'not claimed'
          : bad({ seen: `being made part of "${forming_cluster}"`, cause: 'another operation holds it' }),
      ),
  },
  {
    name: 'not-clustered-live',
    group: 'identity',
    title: 'Incus itself says it is in no cluster',
    about: 'A server may have been clustered by hand, or its cluster removed here by force: its row does not know.',
    reads: ['GET /1.0: environment.server_clustered'],
    ignorable: false,
    remedy:
      'on another member of that cluster: incus cluster remove {server} --force; the last member cannot be removed: factory-reset it from its console',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.incus,
        ({ environment }) =>
          environment?.server_clustered === true
            ? bad({ seen: 'server_clustered is true', cause: 'it is a member of an Incus cluster already' })
            : 'standalone',
      ),
  },
  {
    name: 'machines-distinct',
    group: 'identity',
    title: 'No two servers are the same machine',
    about:
      'Machines cloned from one disk share their machine id, and all that is derived from it: leases, host NQN, host keys.',
    reads: ['GET /os/1.0: environment.machine_id', 'system_uuid of the server, in our table'],
    ignorable: true,
    remedy: 'install one of them anew: operations-center provisioning server show {server}',
    run: ({ servers }) => {
      const ids = servers.flatMap(({ name, live, server }) => [
        ...(live.environment.ok ? [{ name, value: live.environment.value.environment.machine_id ?? '' }] : []),
        { name, value: server.system_uuid ?? '' },
      ]);
      const shared = sharedBy(ids);
      if (shared.length === 0) return [ok('all differ')];
      return shared.map(({ value, names }) =>
        block(names, { seen: `${listNames(names)} have the machine id ${value}`, cause: 'one is a copy of the other' }),
      );
    },
  },
  {
    name: 'host-names-distinct',
    group: 'identity',
    title: 'No two servers have the same host name',
    about: 'Members are told apart by the name they have here; logs, OVN and people go by the host name.',
    reads: ['GET /os/1.0: environment.hostname'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system network edit {server}',
    run: ({ servers }) => {
      const names = servers.flatMap(({ name, live: { environment } }) =>
        environment.ok ? [{ name, value: environment.value.environment.hostname }] : [],
      );
      const shared = sharedBy(names);
      if (shared.length === 0) return [ok('all differ')];
      return shared.map(({ value, names: some }) =>
        warn(some, { seen: `${listNames(some)} are called "${value}"`, cause: 'they cannot be told apart in logs' }),
      );
    },
  },
  {
    name: 'machine-as-registered',
    group: 'identity',
    title: 'It is the machine that registered',
    about: 'The same certificate on another machine id is a disk that was moved or copied.',
    reads: ['GET /os/1.0: environment.machine_id', 'machine_id of the server, in our table'],
    ignorable: true,
    remedy: 'operations-center provisioning server resync {server}, if the machine was changed on purpose',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.environment,
        ({ environment: { machine_id } }, { server }) => {
          if (machine_id === undefined || server.machine_id === null || machine_id === server.machine_id)
            return 'the same';
          const seen = `machine id ${machine_id}, ${server.machine_id} when it registered`;
          return doubtful({ seen, cause: 'its disk is in another machine, or a copy of it answers' });
        },
      ),
  },
  {
    name: 'not-our-host',
    group: 'identity',
    title: 'It is not the machine we run on',
    about: 'Clustering replaces the certificate and restarts Incus under our feet; nobody would be left to finish it.',
    reads: ['GET /os/1.0: environment.machine_id', '/etc/machine-id and addresses of our own machine'],
    ignorable: false,
    remedy: 'run Operations Center elsewhere: operations-centerd backup, then restore there',
    run: ({ servers, own: { host } }) =>
      eachServer(
        servers,
        ({ live }) => live.environment,
        ({ environment: { machine_id } }, { server }) => {
          const same =
            (machine_id !== undefined && machine_id.toLowerCase() === host.machine_id) ||
            (server.system_uuid !== null && server.system_uuid.toLowerCase() === host.system_uuid) ||
            host.addresses.includes(hostOf(server.connection_url));
          return same
            ? bad({ seen: 'its machine id, system UUID or address is ours', cause: 'Operations Center runs on it' })
            : 'another machine';
        },
      ),
  },
  {
    name: 'server-certificate-valid',
    group: 'identity',
    title: 'The server’s own certificate is valid',
    about: 'A joining server shows it to the cluster, and Incus takes no certificate that is expired or not valid yet.',
    reads: ['certificate of the server, in our table'],
    ignorable: true,
    remedy:
      'install the server anew, or give its Incus another certificate: operations-center provisioning server show {server}',
    run: ({ servers, now }) =>
      eachRow(servers, ({ server }) => {
        const read = readCertificate(server.certificate);
        if (read === undefined) return 'its certificate is not kept here';
        const cause = 'Incus takes only certificates that are valid now';
        if (read.notAfter.getTime() <= now) return bad({ seen: `expired ${dayOf(read.notAfter)}`, cause });
        if (read.notBefore.getTime() > now) return bad({ seen: `valid from ${dayOf(read.notBefore)} on`, cause });
        if (read.notAfter.getTime() > now + soonMs) return 'valid for more than 30 days';
        return doubtful({ seen: `expires ${dayOf(read.notAfter)}`, cause: 'from then on it cannot join' });
      }),
  },
  {
    name: 'our-certificate-valid',
    group: 'identity',
    title: 'Our own client certificate is valid',
    about: 'Every server knows us by it.',
    reads: ['client.crt of the state directory'],
    ignorable: true,
    remedy: 'set the clock of this machine right: timedatectl; if that is right, restore client.crt from a backup',
    run: ({ own, now }) => {
      const read = readCertificate(own.certificate);
      if (read === undefined) return [ok('not readable here')];
      const { notAfter, notBefore } = read;
      if (notAfter.getTime() > now && notBefore.getTime() <= now) return [ok(`valid until ${dayOf(notAfter)}`)];
      return [
        block([], {
          seen: `valid from ${dayOf(notBefore)} to ${dayOf(notAfter)}`,
          cause: 'it is not valid at this moment, or our clock is wrong',
        }),
      ];
    },
  },
];

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

function hostOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/[[\]]/g, '');
  } catch {
    return '';
  }
}
