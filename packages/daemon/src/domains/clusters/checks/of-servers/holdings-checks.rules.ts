import { isMemberServerKey } from '@operations-center/fleet-protocol';
import type { Check } from '../check.ts';
import type { Facts, ServerFacts } from '../facts.ts';
import { bad, doubtful, eachServer, listNames } from '../judge.rules.ts';

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

/** What the servers hold already, and what becomes of it. */
export const holdingsChecks: readonly Check[] = [
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
