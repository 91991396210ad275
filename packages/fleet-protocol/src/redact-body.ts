/** What stands in the place of a secret (design D13). */
export const REDACTED = '**redacted**';

// Names of fields and config keys that hold secrets, as IncusOS and Incus spell them; the last dotted part counts.
const SECRET_NAMES = new Set([
  'auth_key',
  'cluster_certificate_key',
  'cluster_token',
  'encryption_key',
  'encryption_recovery_keys',
  'key',
  'password',
  'passphrase',
  'preshared_key',
  'private_key',
  'secret',
  'secret-key',
  'secrets',
  'secret_key',
  'server_token',
  'setup_key',
  'tls_client_key',
  'tls_server_key',
  'token',
  'trust_token',
  'user-data',
  'vendor-data',
  'network-config',
  'wakeonlan_password',
]);
// Config keys, dotted, whose last part alone would not tell; and endings that tell wherever they stand.
const SECRET_KEYS = new Set([
  'acme.provider.environment',
  'core.trust_password',
  'network.ovn.client_key',
  'storage.linstor.client_key',
]);
// People name keys of their own (`user.*`, `environment.*`) as they like.
const SECRET_ENDINGS = [
  '_key',
  'apikey',
  'api-key',
  'passphrase',
  'passwd',
  'password',
  'private-key',
  'secret',
  'token',
];
const SECRET_PREFIXES = ['environment.', 'cloud-init.', 'user.user-data', 'user.vendor-data', 'user.network-config'];

/** Does a field or config key of this name hold a secret? */
export function isSecretName(name: string): boolean {
  const key = name.toLowerCase();
  return (
    SECRET_NAMES.has(key) ||
    SECRET_KEYS.has(key) ||
    SECRET_ENDINGS.some((ending) => key.endsWith(ending)) ||
    SECRET_NAMES.has(key.slice(key.lastIndexOf('.') + 1)) ||
    SECRET_PREFIXES.some((prefix) => key.startsWith(prefix))
  );
}

/** A copy of a request body in which no secret can be read; everything else stays as it is. */
export function redactBody(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactBody);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactField(key, inner)]));
}

/** The secrets of a request body: what an answer to it may quote, and nobody may see. */
export function secretTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretTexts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (isSecretName(key)) return textsIn(inner);
    if (key === 'member_config' && Array.isArray(inner)) return inner.flatMap(memberSecrets);
    return secretTexts(inner);
  });
}

function memberSecrets(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null || !('key' in entry) || !('value' in entry)) return [];
  return typeof entry.key === 'string' && isSecretName(entry.key) ? textsIn(entry.value) : [];
}

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

function redactField(key: string, value: unknown): unknown {
  // An empty value tells that there is no secret.
  if (value === '' || value === null || typeof value === 'boolean') return value;
  if (key === 'member_config' && Array.isArray(value)) return value.map(redactMemberKey);
  return isSecretName(key) ? REDACTED : redactBody(value);
}

/** `{entity, name, key, value}`: whether `value` is a secret stands in `key`, which is none. */
function redactMemberKey(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || !('value' in entry)) return entry;
  const isSecret = 'key' in entry && typeof entry.key === 'string' && isSecretName(entry.key) && entry.value !== '';
  return isSecret ? { ...entry, value: REDACTED } : entry;
}
