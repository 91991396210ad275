import { isIncusApplication, isMemberServerKey } from '@operations-center/fleet-protocol';
import { toCandidate } from '../server-facts.rules.ts';
import type { Check } from './check.ts';
import type { Facts, ServerFacts } from './facts.ts';
import { bad, doubtful, eachRow, eachServer, listNames, mapRead } from './judge.rules.ts';

const contents = ({ live }: ServerFacts) => live.contents;
const joinersOf = ({ servers }: Facts) => servers.slice(1);
const firstOf = ({ servers }: Facts) => servers.slice(0, 1);
const lost = 'a server that joins loses what it holds';

/** Of one kind, `storage-pool/a` → `a`. */
const ofKind = (list: readonly string[], kinds: readonly string[]): string[] =>
  list.filter((entry) => kinds.some((kind) => entry.startsWith(`${kind}/`)));

/** Which checks look at which things on a joiner, each thing at one of them. */
const joinerLosses: readonly { name: string; title: string; kinds: readonly string[]; about: string; reads: string }[] =
  [
    {
      name: 'joiner-instances',
      title: 'A joining server holds no instances and no images',
      kinds: ['instance', 'image'],
      about: 'Its database is replaced by the cluster’s: what it holds is lost.',
      reads: 'GET /1.0/instances, /1.0/images',
    },
    {
      name: 'joiner-pools',
      title: 'A joining server has no storage pools',
      kinds: ['storage-pool'],
      about:
        'With a pool of the cluster’s name the join fails half-way ("source" is cluster member specific) and leaves a certificate in the cluster’s trust list; one of another name is lost.',
      reads: 'GET /1.0/storage-pools',
    },
    {
      name: 'joiner-networks',
      title: 'A joining server has no managed networks',
      kinds: ['network'],
      about: 'A network of the cluster’s name makes the join fail half-way; one of another name is lost.',
      reads: 'GET /1.0/networks: managed',
    },
    {
      name: 'joiner-projects',
      title: 'A joining server has no projects and profiles of its own',
      kinds: ['project', 'profile'],
      about: 'Incus loses them at the join without a word.',
      reads: 'GET /1.0/projects, /1.0/profiles',
    },
  ];

/** What Incus is, and what it holds already. */
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
    remedy: 'operations-center provisioning server os application show {server} incus',
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
  ...joinerLosses.map(
    ({ name, title, kinds, about, reads }): Check => ({
      name,
      group: 'incus',
      title,
      about,
      reads: [reads],
      ignorable: false,
      remedy: 'move or delete it with the incus client, or name this server first: the first one keeps what it holds',
      run: (facts) =>
        eachServer(joinersOf(facts), contents, (list) => {
          const held = ofKind(list, kinds);
          return held.length === 0 ? 'none' : bad({ seen: `holds ${listNames(held)}`, cause: lost });
        }),
    }),
  ),
  {
    name: 'first-server-empty',
    group: 'incus',
    title: 'The first server is empty',
    about: 'It keeps what it holds. But then a failed creation cannot be undone by restoring its backup.',
    reads: ['GET /1.0/instances, /1.0/images, /1.0/projects, /1.0/storage-pools, /1.0/profiles, /1.0/networks'],
    ignorable: true,
    remedy: 'name an empty server first, or go on knowing that people decide if it fails',
    run: (facts) =>
      eachServer(firstOf(facts), contents, (list) =>
        list.length === 0
          ? 'empty'
          : doubtful({ seen: `holds ${listNames(list)}`, cause: 'there is no automatic undo for it' }),
      ),
  },
  {
    name: 'undo-backup-size',
    group: 'incus',
    title: 'The backup for the undo is small enough',
    about:
      'Undo sends the application’s backup back, and Incus takes no more than 1 MiB. An empty Incus has about 42 kB; images are part of the backup.',
    reads: ['GET /1.0/images'],
    ignorable: true,
    remedy: 'delete the images: they can be fetched again',
    run: (facts) =>
      eachServer(firstOf(facts), contents, (list) => {
        const images = ofKind(list, ['image']);
        if (images.length === 0) return 'about 42 kB expected';
        const seen = images.length === 1 ? '1 image' : `${images.length} images`;
        return bad({
          seen: `holds ${seen}`,
          cause: 'its backup is likely to be over 1 MB, and could not be sent back',
        });
      }),
  },
  {
    name: 'pool-names-free',
    group: 'incus',
    title: 'The first server has no pool of a wanted name',
    about:
      'It would become a pool of the cluster as it is, and the others could not join: its source is of one member.',
    reads: ['GET /1.0/storage-pools', 'storage_pools of the application configuration'],
    ignorable: true,
    remedy: 'delete the pool with the incus client, or choose another name for it in the file',
    run: (facts) => nameTaken(facts, 'storage-pool', ['local', ...facts.request.preseed.storage_pools.map(nameOf)]),
  },
  {
    name: 'network-names-free',
    group: 'incus',
    title: 'The first server has no network of a wanted name',
    about: 'A network that is there already is not made as the file says.',
    reads: ['GET /1.0/networks: managed', 'networks of the application configuration'],
    ignorable: true,
    remedy: 'delete the network with the incus client, or choose another name for it in the file',
    run: (facts) => nameTaken(facts, 'network', [...defaultNetworks, ...facts.request.preseed.networks.map(nameOf)]),
  },
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
    name: 'joiner-clients',
    group: 'incus',
    title: 'A joining server has no clients of its own',
    about: 'Its trust list is replaced by the cluster’s: its clients are locked out.',
    reads: ['GET /1.0/certificates: type, fingerprint'],
    ignorable: true,
    remedy: 'add the certificates to the application configuration (certificates)',
    run: (facts) =>
      eachServer(
        joinersOf(facts),
        ({ live }) => live.certificates,
        (list) => {
          const wanted = facts.request.preseed.certificates.map(({ fingerprint }) => fingerprint);
          const others = list.filter(
            ({ type, fingerprint }) =>
              type !== 'server' && fingerprint !== facts.own.fingerprint && !wanted.includes(fingerprint),
          );
          if (others.length === 0) return 'none';
          const names = others.map(({ name, fingerprint }) => `${name || 'unnamed'} (${fingerprint.slice(0, 12)})`);
          return doubtful({ seen: `trusts ${listNames(names)}`, cause: 'they are locked out once it has joined' });
        },
      ),
  },
  {
    name: 'joiner-config',
    group: 'incus',
    title: 'A joining server has no configuration of its own',
    about: 'Keys of the whole server are replaced by the cluster’s.',
    reads: ['GET /1.0: config'],
    ignorable: true,
    remedy: 'put the keys into the application configuration (config)',
    run: (facts) =>
      eachServer(
        joinersOf(facts),
        ({ live }) => live.incus,
        ({ config }) => {
          const keys = Object.keys(config).filter((key) => !isMemberServerKey(key) && !key.startsWith('volatile.'));
          if (keys.length === 0) return 'none';
          return doubtful({ seen: `sets ${listNames(keys)}`, cause: 'these are replaced by the cluster’s' });
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

const defaultNetworks = ['incusbr0', 'meshbr0'];
const nameOf = ({ name }: { name: string }): string => name;

const nameTaken = (facts: Facts, kind: string, wanted: readonly string[]) =>
  eachServer(firstOf(facts), contents, (list) => {
    const taken = [...new Set(wanted)].filter((name) => list.includes(`${kind}/${name}`));
    return taken.length === 0
      ? 'none'
      : bad({ seen: `has ${listNames(taken)}`, cause: `${kind.replace('-', ' ')}s of these names are to be made` });
  });
