import { isIncusApplication } from '@operations-center/fleet-protocol';
import { toCandidate } from '../../look/server-facts.rules.ts';
import type { Check } from '../check.ts';
import { bad, doubtful, eachRow, eachServer, listNames, mapRead } from '../judge.rules.ts';
import { holdingsChecks } from './holdings-checks.rules.ts';

/** What Incus is and does at this moment, and what it holds. */
export const incusChecks: readonly Check[] = [
  {
    name: 'incus-installed',
    group: 'incus',
    title: 'Incus is installed',
    about: 'Only a server with the application incus or incus-lts-7.0 can be a member.',
    reads: ['version_data of the server, in our table: applications'],
    ignorable: false,
    remedy: 'operations-center provisioning server os application list {server}',
    run: ({ servers }) =>
      eachRow(servers, ({ server }) => {
        const incus = toCandidate(server).incus;
        return incus === undefined
          ? bad({ seen: 'no application incus or incus-lts-7.0', cause: 'there is nothing to be clustered' })
          : incus.name;
      }),
  },
  {
    name: 'incus-initialized',
    group: 'incus',
    title: 'Incus has been set up',
    about: 'An application that is not initialized has neither a listener nor a trust store that lasts.',
    reads: ['GET /os/1.0/applications/{incus}: state.initialized'],
    ignorable: true,
    remedy: 'operations-center provisioning server os application show {server}:incus',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.applications,
        (applications) => {
          const incus = Object.entries(applications).find(([name]) => isIncusApplication(name));
          return incus?.[1].initialized === false
            ? bad({ seen: `${incus[0]}: initialized is false`, cause: 'its set-up has not ended, or failed' })
            : 'initialized';
        },
      ),
  },
  ...holdingsChecks,
  {
    name: 'leftover-trust',
    group: 'incus',
    title: 'No certificates of former members are trusted',
    about:
      'A join that failed leaves a certificate of type server in the trust list. Its owner may come back as a member, or stands in the way of one.',
    reads: ['GET /1.0/certificates: type'],
    ignorable: true,
    remedy: 'incus config trust list, then incus config trust remove FINGERPRINT, on {server}',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.certificates,
        (list) => {
          const left = list.filter(({ type }) => type === 'server');
          if (left.length === 0) return 'none';
          const names = left.map(({ name, fingerprint }) => `${name || 'unnamed'} (${fingerprint.slice(0, 12)})`);
          return bad({
            seen: `trusts ${listNames(names)}`,
            cause: 'left behind by a join that failed, or by a former cluster',
          });
        },
      ),
  },
  {
    name: 'cluster-address-leftover',
    group: 'incus',
    title: 'No cluster address is left over',
    about: 'A join that failed leaves cluster.https_address behind: somebody tried before, and may have left more.',
    reads: ['GET /1.0: config["cluster.https_address"]'],
    ignorable: true,
    remedy: 'incus config unset cluster.https_address on {server}; or go on: it is set anew',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.incus,
        ({ config, environment }) => {
          const left = config['cluster.https_address'];
          if (left === undefined || left === '' || environment?.server_clustered === true) return 'none';
          return doubtful({ seen: `cluster.https_address is ${left}`, cause: 'left behind by a join that failed' });
        },
      ),
  },
  {
    name: 'api-port',
    group: 'incus',
    title: 'Incus listens on port 8443',
    about: 'Addresses of members are made with port 8443; clients of another port would be cut off.',
    reads: ['GET /1.0: config["core.https_address"]'],
    ignorable: true,
    remedy: 'incus config set core.https_address :8443 on {server}',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => live.incus,
        ({ config }) => {
          const address = config['core.https_address'] ?? '';
          const port = /:(\d+)$/.exec(address)?.[1] ?? '8443';
          return port === '8443'
            ? 'port 8443'
            : doubtful({
                seen: `core.https_address is ${address}`,
                cause: 'it becomes port 8443; clients of the other port are cut off',
              });
        },
      ),
  },
  {
    name: 'nothing-running',
    group: 'incus',
    title: 'Incus is not busy',
    about: 'An operation that runs is cut off when Incus changes its database and certificate.',
    reads: ['GET /1.0/operations: class, status_code, description'],
    ignorable: true,
    remedy: 'incus operation list on {server}; wait until they are over',
    run: ({ servers }) =>
      eachServer(
        servers,
        ({ live }) => mapRead(live.operations, (list) => list.filter((one) => one.class !== 'token')),
        (list) =>
          list.length === 0
            ? 'nothing runs'
            : bad({
                seen: `runs ${listNames(list.map(({ description }) => `"${description}"`))}`,
                cause: 'it would be cut off',
              }),
      ),
  },
];
