/**
 * Words of OC's command line that are not built yet, so that the list can only shrink: a test holds our commands and
 * this table against the recorded tree. An entry stands for everything below it.
 */
export const notBuilt: readonly string[] = [
  'admin os',
  'admin sql',
  'image',
  'provisioning channel add',
  'provisioning channel changelog',
  'provisioning cluster add-servers',
  'provisioning cluster bulk-update',
  'provisioning cluster cancel-operation',
  'provisioning cluster factory-reset',
  'provisioning cluster reboot',
  'provisioning cluster remove-servers',
  'provisioning cluster update',
  'provisioning cluster update-certificate',
  'provisioning server bmc',
  'provisioning server changelog',
  'provisioning server os application debug',
  'provisioning server os debug',
  'provisioning server os system kernel info',
  'provisioning server os system network info',
  'provisioning server os system resources info',
  'provisioning server os system storage info',
  'provisioning server pre-register',
  'provisioning server system',
  'provisioning token get-image',
  'provisioning token seed',
  'provisioning update',
  'system certificate',
];
