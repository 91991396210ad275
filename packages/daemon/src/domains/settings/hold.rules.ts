/** Changes that stay with us, and questions that are POSTs: neither can do harm to a fleet that has moved on. */
const harmless = new Set([
  'system_go',
  'system_network_update',
  'system_security_update',
  'system_settings_update',
  'system_updates_update',
  'warning_update',
  'server_self_update',
  'server_self_register',
  'server_resync',
  'cluster_resync_inventory',
  'clusters_preflight',
  'clusters_validate',
]);

/** While a daemon is held it looks, and lets itself be set up; everything else waits for a person's word. */
export const mayDoWhileHeld = (method: string, name: string): boolean =>
  method === 'GET' || method === 'HEAD' || harmless.has(name) || /^inventory_\w+_resync$/.test(name);
