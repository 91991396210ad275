import * as z from 'zod';
import type { Check } from '../check.ts';
import type { ServerFacts } from '../facts.ts';
import { bad, doubtful, eachServer } from '../judge.rules.ts';

const security = ({ live }: ServerFacts) => live.security;
const path = 'GET /os/1.0/system/security: state';
const show = 'operations-center provisioning server os system security show {server}';

/** Can the machine be trusted with data, and can its data be got back? */
export const securityChecks: readonly Check[] = [
  {
    name: 'secure-boot',
    group: 'security',
    title: 'Secure Boot is on',
    about: 'Without it the machine starts whatever is put on its disk.',
    reads: [`${path}.secure_boot_enabled`],
    ignorable: true,
    remedy: 'turn Secure Boot on in the firmware of {server}',
    run: ({ servers }) =>
      eachServer(servers, security, ({ state }) =>
        state.secure_boot_enabled === false
          ? doubtful({ seen: 'secure_boot_enabled is false', cause: 'it starts whatever is on its disk' })
          : 'on',
      ),
  },
  {
    name: 'tpm',
    group: 'security',
    title: 'The TPM is well',
    about: 'The TPM unlocks the disks at start: with a mismatch the next start stops and asks for a recovery key.',
    reads: [`${path}.tpm_status`],
    ignorable: true,
    remedy: `${show}; then operations-center provisioning server os system security tpm-rebind {server}`,
    run: ({ servers }) =>
      eachServer(servers, security, ({ state: { tpm_status } }) => {
        if (tpm_status === undefined || tpm_status === '' || tpm_status === 'ok') return 'ok';
        const seen = `tpm_status is ${tpm_status}`;
        return tpm_status === 'swtpm'
          ? doubtful({ seen, cause: 'its keys lie on the disk they protect' })
          : bad({ seen, cause: 'it will ask for a recovery key at its next start' });
      }),
  },
  {
    name: 'system-trusted',
    group: 'security',
    title: 'The system is in a trusted state',
    about: 'IncusOS says that nobody meddled with what it started.',
    reads: [`${path}.system_state_is_trusted, .system_state_status`],
    ignorable: true,
    remedy: show,
    run: ({ servers }) =>
      eachServer(servers, security, ({ state }) => {
        // Secure Boot and TPM have checks of their own, and are the usual reason.
        const isElsewhere = state.secure_boot_enabled === false || (state.tpm_status ?? 'ok') !== 'ok';
        if (state.system_state_is_trusted !== false || isElsewhere) return 'trusted';
        const why = state['system_state_status'];
        return doubtful({
          seen: typeof why === 'string' && why !== '' ? why : 'system_state_is_trusted is false',
          cause: 'something was started that is not vouched for',
        });
      }),
  },
  {
    name: 'volumes-unlocked-by-tpm',
    group: 'security',
    title: 'The system’s volumes were unlocked by the TPM',
    about: 'A volume that somebody unlocked by hand has to be unlocked by hand again at the next start.',
    reads: [`${path}.encrypted_volumes[].state`],
    ignorable: true,
    remedy: `${show}; then operations-center provisioning server os system security tpm-rebind {server}`,
    run: ({ servers }) =>
      eachServer(servers, security, ({ state }) => {
        const odd = state.encrypted_volumes.find((volume) => !volume.state.includes('TPM'));
        if (odd === undefined) return 'by the TPM';
        return doubtful({ seen: `${odd.volume} is ${odd.state}`, cause: 'it will not start by itself' });
      }),
  },
  {
    name: 'recovery-keys-kept',
    group: 'security',
    title: 'The recovery keys are kept somewhere',
    about:
      'Without a recovery key the data of a machine whose TPM fails is lost. A key counts as kept if it is stored here, or somebody fetched it.',
    reads: [
      `${path}.encryption_recovery_keys_retrieved`,
      'GET /os/1.0/system/security: config.encryption_recovery_keys (how many)',
      'os_data of the server, in our table',
    ],
    ignorable: true,
    remedy: 'operations-center provisioning server resync {server}: it stores them here, sealed',
    run: ({ servers }) =>
      eachServer(servers, security, ({ config, state }, { server }) => {
        if (state.encryption_recovery_keys_retrieved === true) return 'fetched';
        const [live, kept] = [countKeys({ config }), countKeys(securityIn(server.os_data))];
        if (live === 0)
          return doubtful({ seen: 'it has no recovery key', cause: 'nobody could unlock it without its TPM' });
        if (kept >= live) return 'stored here';
        return doubtful({ seen: `${live} keys, ${kept} of them stored here`, cause: 'nobody has the others' });
      }),
  },
];

const Keys = z.looseObject({ config: z.looseObject({ encryption_recovery_keys: z.array(z.string()).nullish() }) });
const countKeys = (security: unknown): number => {
  const read = Keys.safeParse(security);
  return read.success ? (read.data.config.encryption_recovery_keys ?? []).length : 0;
};

function securityIn(osData: string): unknown {
  try {
    const parsed: unknown = JSON.parse(osData);
    return typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'security') : undefined;
  } catch {
    return undefined;
  }
}
