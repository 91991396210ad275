import { SystemNetwork, SystemSecurity, SystemStorage, SystemUpdate } from '@operations-center/fleet-protocol';
import { expect, test } from 'vitest';
import { findHindrances, type ResetFacts } from './factory-reset.rules.ts';

const facts = (change: Partial<ResetFacts> = {}): ResetFacts => ({
  server: { name: 'server1', channel: 'stable', connection_url: 'https://10.0.0.1:8443', system_uuid: 'uuid-1' },
  machine_id: 'machine-1',
  applications: ['incus'],
  network: SystemNetwork.parse({ config: { interfaces: [] }, state: {} }),
  storage: SystemStorage.parse({
    config: {},
    state: { pools: [{ name: 'local' }], drives: [{ id: 'sda', boot: true }] },
  }),
  security: SystemSecurity.parse({
    config: {},
    state: { encryption_recovery_keys_retrieved: true, tpm_status: 'ok', encrypted_volumes: [] },
  }),
  update: SystemUpdate.parse({ config: { channel: 'stable' }, state: { needs_reboot: false } }),
  own: {
    host: { machine_id: 'ours', system_uuid: 'our-uuid', addresses: ['10.0.0.9'] },
    address: 'https://10.0.0.9:7443',
    channels_with_updates: ['stable'],
  },
  ...change,
});

test('a server that loses nothing and finds its way back may be reset', () => {
  expect(findHindrances(facts())).toEqual([]);
});

const withOwn = (change: Partial<ResetFacts['own']>): Partial<ResetFacts> => ({ own: { ...facts().own, ...change } });
const securityOf = (state: object) => SystemSecurity.parse({ config: {}, state: { encrypted_volumes: [], ...state } });

test.each<[condition: string, Partial<ResetFacts>, because: string]>([
  ['applications-with-us', withOwn({ channels_with_updates: ['testing'] }), 'it could fetch incus again'],
  ['our-address', withOwn({ address: '' }), 'no address'],
  ['network-read', { network: SystemNetwork.parse({ config: null, state: {} }) }, 'could not be read'],
  [
    'system-disk-only',
    {
      storage: SystemStorage.parse({ config: {}, state: { pools: [{ name: 'local' }, { name: 'tank' }], drives: [] } }),
    },
    'pool tank',
  ],
  [
    'system-disk-only',
    { storage: SystemStorage.parse({ config: {}, state: { pools: [], drives: [{ id: 'sdb', encrypted: true }] } }) },
    'encrypted drive sdb',
  ],
  ['recovery-keys', { security: securityOf({ tpm_status: 'ok' }) }, 'nobody has fetched'],
  [
    'tpm',
    { security: securityOf({ tpm_status: 'pcr mismatch', encryption_recovery_keys_retrieved: true }) },
    '"pcr mismatch", not ok',
  ],
  ['not-our-host', { machine_id: 'OURS' }, 'Operations Center runs on it'],
])('%s stands in the way alone, and says why', (condition, change, because) => {
  expect(findHindrances(facts(change))).toEqual([{ condition, because: expect.stringContaining(because) }]);
});
