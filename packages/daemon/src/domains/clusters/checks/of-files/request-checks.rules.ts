import type { Check, Outcome } from '../check.ts';
import { block, listNames, ok, warn } from '../judge.rules.ts';

/** Does the request make sense by our own rows? */
export const requestChecks: readonly Check[] = [
  {
    name: 'cluster-name-free',
    group: 'request',
    title: 'The name is free',
    about: 'No other cluster has the name, also none that is being made or was left half-way.',
    reads: ['our table of clusters'],
    ignorable: false,
    remedy: 'operations-center provisioning cluster show {cluster}; choose another name, or remove that cluster',
    run: ({ request, rows }) =>
      rows.same_name === undefined
        ? [ok(`no cluster is called "${request.name}"`)]
        : [
            block([], {
              seen: `a cluster "${request.name}" is there, status ${rows.same_name.status}`,
              cause: 'two clusters cannot have one name',
            }),
          ],
  },
  {
    name: 'channel-known',
    group: 'request',
    title: 'The update channel exists',
    about: 'A cluster follows one channel of updates.',
    reads: ['our table of channels'],
    ignorable: false,
    remedy: 'operations-center provisioning channel list',
    run: ({ request, rows }) =>
      rows.channels.includes(request.channel)
        ? [ok(`channel ${request.channel}`)]
        : [
            block([], {
              seen: `"${request.channel}"; there are ${rows.channels.join(', ')}`,
              cause: 'the channel does not exist',
            }),
          ],
  },
  {
    name: 'servers-known',
    group: 'request',
    title: 'Every named server is registered',
    about: 'Only a server that registered with us can be asked anything.',
    reads: ['our table of servers'],
    ignorable: false,
    remedy: 'operations-center provisioning server list',
    run: ({ request, servers }) => {
      const known = new Set(servers.map(({ name }) => name));
      const unknown = request.server_names.filter((name) => !known.has(name));
      if (unknown.length === 0) return [ok(`${known.size} servers`)];
      return [block(unknown, { seen: `not registered: ${listNames(unknown)}`, cause: 'no server has that name' })];
    },
  },
  {
    name: 'member-count',
    group: 'request',
    title: 'The number of members makes sense',
    about:
      'The database of a cluster answers while more than half of its voters live: of two that is both, of three it is two.',
    reads: ['server_names of the request'],
    ignorable: true,
    remedy: 'name one server, or three and more: operations-center provisioning server list',
    run: ({ request }) => [sizeOutcome(request.server_names.length)],
  },
  {
    name: 'connection-url',
    group: 'request',
    title: 'The connection URL does not lead to another machine',
    about:
      'The URL is what people are told. It may be a name or a virtual address; it should not be the address of a server that is no member.',
    reads: ['connection_url of the request', 'connection_url of the registered servers'],
    ignorable: true,
    remedy: 'give the URL of a member, or of what stands before all of them',
    run: ({ request, rows }) => {
      const members = new Set(request.server_names);
      const origin = originOf(request.connection_url);
      const other = rows.registered.find(({ name, connection_url }) => {
        return !members.has(name) && origin !== undefined && originOf(connection_url) === origin;
      });
      if (other === undefined) return [ok(request.connection_url === '' ? 'none given' : request.connection_url)];
      return [
        warn([other.name], {
          seen: `${request.connection_url} is server ${other.name}`,
          cause: 'that server is not going to be a member',
        }),
      ];
    },
  },
];

function sizeOutcome(count: number): Outcome {
  if (count !== 2) return ok(count === 1 ? '1 member: nobody takes over while it is down' : `${count} members`);
  return warn([], {
    seen: '2 members',
    cause: 'when either of them is down the other is no majority, and the cluster stops answering',
  });
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}
