/** What a stand-in answers that is of no interest to a creation but for the checks before it. */
export const whatHealthyServersSay = (name: string) => ({
  '/os/1.0': {
    environment: {
      hostname: name,
      machine_id: name,
      os_name: 'IncusOS',
      os_version: '202609010000',
      system_is_ready: true,
    },
  },
  '/os/1.0/system/security': {
    config: {},
    state: { secure_boot_enabled: true, tpm_status: 'ok', encryption_recovery_keys_retrieved: true },
  },
  '/os/1.0/system/storage': { config: {}, state: { pools: [{ name: 'local', state: 'ONLINE' }], drives: [] } },
  '/os/1.0/system/update': { config: {}, state: { needs_reboot: false } },
  '/os/1.0/applications': ['/os/1.0/applications/incus'],
  '/os/1.0/applications/incus': { config: {}, state: { initialized: true, version: '202609010000' } },
  '/1.0/certificates?recursion=1': [],
  '/1.0/operations?recursion=1&all-projects=true': {},
});
