import { type ApplicationItem, listApplicationItems } from './application-items.ts';
import { addDefaults } from './defaults.ts';
import { ME_PEM } from './fixtures.ts';
import { parsePreseed } from './preseed.ts';
import recorded from './recorded/oc-creations.json' with { type: 'json' };

/** The recorded creations, for tests: what was asked for, as items of ours. */
export type RecordedCreation = (typeof recorded.runs)[number];

export const MEMBERS = ['server1', 'server2', 'server3'];
const LOCAL_SCOPE = {
  server: [
    'cluster.https_address',
    'core.https_address',
    'storage.backups_volume',
    'storage.images_volume',
    'storage.logs_volume',
  ],
  storage_btrfs: ['size', 'source', 'source.wipe'],
  network_bridge: ['bgp.ipv4.nexthop', 'bgp.ipv6.nexthop'],
};

export const recordedCreations = recorded.runs.map(
  (run, index) => [index === 0 ? "the page's example" : 'a rich configuration', run] as const,
);

export const itemsOfRecorded = (run: RecordedCreation, ula?: string): ApplicationItem[] => {
  const checked = parsePreseed(
    run.application.replace('<CERT_USER>', ME_PEM.trimEnd().replaceAll('\n', '\n      ')),
    'application.yaml',
  );
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const live = run.live.networks.find(({ name }) => name === 'meshbr0');
  const mesh = {
    tunnel_id: 1000,
    ipv6_address: ula ?? live?.config['ipv6.address'] ?? 'not recorded',
    interfaces: Object.fromEntries(MEMBERS.map((member) => [member, 'eth0'])),
  };
  return listApplicationItems({
    preseed: addDefaults(checked.value, mesh).preseed,
    members: MEMBERS,
    localScope: LOCAL_SCOPE,
  });
};
