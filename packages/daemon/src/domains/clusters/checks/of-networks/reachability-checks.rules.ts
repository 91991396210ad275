import type { Check } from '../check.ts';
import type { LiveServer, Read } from '../facts.ts';
import { bad, block, doubtful, eachRow, eachServer, listNames, ok } from '../judge.rules.ts';

/** Are the servers there, and do they answer? */
export const reachabilityChecks: readonly Check[] = [
  {
    name: 'server-ready',
    group: 'reachability',
    title: 'The server is ready by what we last saw',
    about: 'A server that is pending or offline cannot be clustered.',
    reads: ['status of the server, in our table'],
    ignorable: false,
    remedy: 'operations-center provisioning server resync {server}',
    run: ({ servers }) =>
      eachRow(servers, ({ server: { status } }) =>
        status === 'ready'
          ? 'ready'
          : bad({ seen: `status ${status}`, cause: 'only a server that is ready can be clustered' }),
      ),
  },
  {
    name: 'server-idle',
    group: 'reachability',
    title: 'The server is not busy with something else',
    about: 'A server that is just updating, restarting, or moving its instances will not answer for a while.',
    reads: ['status_detail of the server, in our table'],
    ignorable: true,
    remedy: 'operations-center provisioning server show {server}; wait until it is done',
    run: ({ servers }) =>
      eachRow(servers, ({ server: { status_detail } }) =>
        status_detail === '' || status_detail === 'unresponsive'
          ? 'idle'
          : bad({ seen: `it is ${status_detail}`, cause: 'it may stop answering half-way' }),
      ),
  },
  {
    name: 'reachable',
    group: 'reachability',
    title: 'The server answers',
    about: 'Everything else is asked over this connection: HTTPS, port 8443, within one second.',
    reads: ['GET /'],
    ignorable: false,
    remedy: 'operations-center provisioning server show {server}; look at its console, its cable, its address',
    run: ({ servers }) =>
      eachServer(servers, asked, (ping) => {
        if (ping.ok || ping.code === 'certificate_changed') return 'answers';
        return bad({ seen: afterName(ping.why), cause: 'it cannot be asked anything, so nothing can be done with it' });
      }),
  },
  {
    name: 'system-started',
    group: 'reachability',
    title: 'IncusOS has finished starting',
    about: 'Until then services, network and applications are still being set up.',
    reads: ['GET /os/1.0: environment.system_is_ready'],
    ignorable: true,
    remedy: 'wait a minute; operations-center provisioning server os system update show {server}',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.environment,
        ({ environment }) =>
          environment.system_is_ready
            ? 'started'
            : bad({ seen: 'system_is_ready is false', cause: 'IncusOS is still starting' }),
      ),
  },
  {
    name: 'answers-complete',
    group: 'reachability',
    title: 'Every question was answered',
    about: 'Checks whose question failed are skipped, so a server that refuses to answer would look better than it is.',
    reads: ['every question of the preflight'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system resources show {server}; then check again',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.ping,
        (_, { live }) => {
          const failed = questionsOf(live).filter((read) => !read.ok);
          const [first] = failed;
          if (first === undefined || first.ok) return 'all answered';
          // A stranger's answers are another check's.
          if (live.incus.ok && live.incus.value.auth === 'untrusted') return 'answers, but does not trust us';
          const more = failed.length === 1 ? '' : `, and ${failed.length - 1} more questions`;
          return bad({ seen: `${afterName(first.why)}${more}`, cause: 'what was asked could not be looked at' });
        },
      ),
  },
  {
    name: 'addresses-distinct',
    group: 'reachability',
    title: 'Every server is reached at an address of its own',
    about: 'Two rows with one address are one machine, or two machines that answer in turn.',
    reads: ['connection_url of the servers, in our table'],
    ignorable: true,
    remedy: 'operations-center provisioning server show {server}; give one of them another address',
    run: ({ servers }) => {
      const groups = Map.groupBy(servers, ({ server }) => server.connection_url);
      const shared = [...groups].filter(([, group]) => group.length > 1);
      if (shared.length === 0) return [ok('all differ')];
      return shared.map(([url, group]) => {
        const names = group.map(({ name }) => name);
        return block(names, {
          seen: `${url} is the address of ${listNames(names)}`,
          cause: 'they cannot be told apart',
        });
      });
    },
  },
  {
    name: 'warned-of-before',
    group: 'reachability',
    title: 'The server answered at the last poll',
    about: 'A server that does not answer every time may be silent at the wrong moment.',
    reads: ['status_detail of the server, in our table'],
    ignorable: true,
    remedy: 'operations-center warning list',
    run: ({ servers }) =>
      eachRow(servers, ({ server: { status_detail } }) =>
        status_detail === 'unresponsive'
          ? doubtful({ seen: 'unresponsive at the last poll', cause: 'it did not answer, and may not again' })
          : 'answered',
      ),
  },
];

const asked = ({ live }: { live: LiveServer }): Read<LiveServer['ping']> => ({ ok: true, value: live.ping });

const questionsOf = (live: LiveServer): Read<unknown>[] => [
  ...[live.incus, live.environment, live.network, live.security, live.storage, live.update, live.applications],
  ...[live.known_services, live.contents, live.certificates, live.operations],
  ...Object.values(live.services),
];

/** The servers are named beside it. */
const afterName = (why: string): string => why.replace(/^[^:]*: /, '');
