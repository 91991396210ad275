import { seededBytes } from '../random.ts';
import { configFrom, type Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { list, string, struct } from './go-json.ts';
import type { OsCall } from './incus-os.ts';

const SECURITY = struct('SystemSecurityConfig', {
  encryption_recovery_keys: list(string),
  'custom_ca_certs?': list(string),
});

function show(call: OsCall) {
  const { security, storage } = call.os.state;
  const keyOf = (pool: string) => seededBytes(call.os.identity.system_uuid, `pool ${pool}`).toString('base64');
  const pools = ['local', ...storage.pools.map((pool) => String(pool['name']))];
  return success({
    config: {
      encryption_recovery_keys: security.encryption_recovery_keys,
      ...(security.custom_ca_certs.length === 0 ? {} : { custom_ca_certs: security.custom_ca_certs }),
    },
    state: {
      encrypted_volumes: ['root', 'swap'].map((volume) => ({ volume, state: 'unlocked (TPM)' })),
      encryption_recovery_keys_retrieved: security.retrieved,
      drive_recovery_keys: {},
      pool_recovery_keys: Object.fromEntries(pools.map((pool) => [pool, keyOf(pool)])),
      secure_boot_certificates: [
        {
          type: 'PK',
          fingerprint: '26dce4dbb3de2d72bd16ae91a85cfeda84535317d3ee77e0d4b2d65e714cf111',
          subject: 'CN=Simulated PK',
          issuer: 'CN=Simulated PK',
        },
      ],
      secure_boot_enabled: true,
      system_state_is_trusted: true,
      system_state_status: 'system state is fully trusted',
      tpm_status: 'ok',
    },
  });
}

function replace(call: OsCall) {
  const { security } = call.os.state;
  const wanted = configFrom(call, SECURITY, 400, 'allowed');
  const strings = (key: string) => (Array.isArray(wanted[key]) ? wanted[key].map(String) : []);
  const keys = strings('encryption_recovery_keys');
  if (keys.length === 0) throw new Refusal(400, 'no encryption key provided');
  for (const key of keys) if (!security.encryption_recovery_keys.includes(key)) checkStrength(key);
  if (new Set(keys).size !== keys.length) throw new Refusal(500, 'provided encryption key is already enrolled');
  security.encryption_recovery_keys = keys;
  // What is not sent is gone, unlike the keys.
  security.custom_ca_certs = strings('custom_ca_certs');
  return success();
}

function checkStrength(key: string): void {
  if (key.length < 15) throw new Refusal(500, 'provided recovery key must be at least 15 characters long');
  if (/^[a-z0-9]*$/i.test(key))
    throw new Refusal(500, 'provided recovery key must contain at least one special character');
  if (new Set(key).size < 5)
    throw new Refusal(500, 'provided recovery key must have at least five distinct characters');
}

export const SECURITY_ROUTES: readonly Route[] = [
  { path: '/1.0/system/security', GET: show, PUT: replace },
  {
    path: '/1.0/system/security/:retrieved',
    POST: (call) => {
      call.os.state.security.retrieved = true;
      return success();
    },
  },
  {
    path: '/1.0/system/security/:tpm-rebind',
    POST: () => {
      throw new Refusal(500, 'refusing to reset TPM encryption bindings because current state can unlock all volumes');
    },
  },
];
