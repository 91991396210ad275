import { toCandidate } from '../../look/server-facts.rules.ts';
import type { Check } from '../check.ts';
import type { ServerFacts } from '../facts.ts';
import { bad, doubtful, eachRow, eachServer, mapRead } from '../judge.rules.ts';

const update = ({ live }: ServerFacts) => live.update;
const stored = 'version_data of the server, in our table';
const show = 'operations-center provisioning server os system update show {server}';

/** Is a server about to change under our feet? */
export const updateChecks: readonly Check[] = [
  {
    name: 'server-channel',
    group: 'updates',
    title: 'The server follows the channel of the cluster',
    about: 'Members get their updates from one channel.',
    reads: ['channel of the request and of the server, in our table'],
    ignorable: false,
    remedy: 'operations-center provisioning server edit {server}: channel',
    run: ({ servers, request: { channel } }) =>
      eachRow(servers, ({ server }) =>
        server.channel === channel
          ? channel
          : bad({ seen: `channel ${server.channel}`, cause: `the cluster shall follow ${channel}` }),
      ),
  },
  {
    name: 'no-update-pending',
    group: 'updates',
    title: 'No update is waiting',
    about: 'A server that still needs an update would leave the others behind.',
    reads: [`${stored}: needs_update`],
    ignorable: false,
    remedy: show,
    run: ({ servers }) =>
      eachRow(servers, ({ server }) =>
        toCandidate(server).needs_update
          ? bad({ seen: 'needs an update', cause: 'members should start with one version' })
          : 'up to date',
      ),
  },
  {
    name: 'no-reboot-pending',
    group: 'updates',
    title: 'No restart is waiting',
    about: 'A server that needs a restart takes one sooner or later; best before it is a member.',
    reads: [`${stored}: needs_reboot`, 'GET /os/1.0/system/update: state.needs_reboot'],
    ignorable: false,
    remedy: 'operations-center provisioning server os system reboot {server}',
    run: ({ servers }) =>
      eachRow(servers, ({ server, live }) =>
        toCandidate(server).needs_reboot || (live.update.ok && live.update.value.state.needs_reboot)
          ? bad({ seen: 'needs a restart', cause: 'what was installed does not run yet' })
          : 'no restart is due',
      ),
  },
  {
    name: 'version-staged',
    group: 'updates',
    title: 'No other version starts with the next restart',
    about: 'A restart half-way would bring up another IncusOS.',
    reads: ['GET /os/1.0: environment.os_version, .os_version_next'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system reboot {server}',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => mapRead(live.environment, ({ environment }) => environment),
        ({ os_version, os_version_next }) =>
          os_version_next === '' || os_version_next === os_version
            ? 'none'
            : doubtful({
                seen: `${os_version_next} is installed, ${os_version} runs`,
                cause: 'the next restart changes the version',
              }),
      ),
  },
  {
    name: 'not-in-maintenance',
    group: 'updates',
    title: 'The server is not in maintenance',
    about: 'Somebody took it out of service, and should be the one to put it back.',
    reads: [`${stored}: in_maintenance`],
    ignorable: false,
    remedy: 'operations-center provisioning server show {server}',
    run: ({ servers }) =>
      eachRow(servers, ({ server }) =>
        toCandidate(server).in_maintenance === 0
          ? 'in service'
          : bad({ seen: 'in maintenance', cause: 'somebody works on it, or forgot to end it' }),
      ),
  },
  {
    name: 'no-update-running',
    group: 'updates',
    title: 'No update check is running',
    about: 'At its end the application or the whole system may restart.',
    reads: ['GET /os/1.0/system/update: state.status'],
    ignorable: true,
    remedy: `${show}; wait until it is done`,
    run: ({ servers }) =>
      eachServer(servers, update, ({ state: { status } }) =>
        /^running/i.test(status)
          ? bad({ seen: `"${status}"`, cause: 'the server may restart something at its end' })
          : 'none',
      ),
  },
  {
    name: 'last-update-worked',
    group: 'updates',
    title: 'The last update check worked',
    about: 'A server that cannot fetch or start an update falls behind the others.',
    reads: ['GET /os/1.0/system/update: state.status'],
    ignorable: true,
    remedy: show,
    run: ({ servers }) =>
      eachServer(servers, update, ({ state: { status } }) =>
        /^failed/i.test(status)
          ? doubtful({ seen: `"${status}"`, cause: 'it will fall behind the others' })
          : 'no failure',
      ),
  },
  {
    name: 'no-restart-by-itself',
    group: 'updates',
    title: 'The server does not restart by itself',
    about: 'With auto_reboot a server restarts after an update whenever it finds one, also during a creation.',
    reads: ['GET /os/1.0/system/update: config.auto_reboot, .check_frequency'],
    ignorable: true,
    remedy: 'operations-center provisioning server os system update edit {server}: auto_reboot false',
    run: ({ servers }) =>
      eachServer(servers, update, ({ config: { auto_reboot, check_frequency } }) =>
        auto_reboot && check_frequency !== 'never'
          ? doubtful({ seen: `auto_reboot is on, checks every ${check_frequency}`, cause: 'it may restart half-way' })
          : 'it does not',
      ),
  },
];
