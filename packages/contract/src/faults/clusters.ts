import type { FaultEntry } from './entry.ts';

const free = 'Choose servers that belong to no cluster: operations-center provisioning server list.';

export const clusterFaults = {
  cluster_not_found: {
    kind: 'not_found',
    about: 'There is no such cluster.',
    hint: 'List them: operations-center provisioning cluster list.',
  },
  cluster_exists: {
    kind: 'conflict',
    about: 'A cluster of this name is there already.',
    hint: 'Choose another name, or remove the cluster first.',
  },
  cluster_invalid: {
    kind: 'invalid',
    about: 'A field of the cluster has a value that it cannot have.',
    hint: 'Correct the named field.',
  },
  application_config_invalid: {
    kind: 'invalid',
    about: 'The application configuration is no preseed of Incus.',
    hint: 'Correct the named place; the format is that of "incus admin init --preseed".',
  },
  services_config_invalid: {
    kind: 'invalid',
    about: 'The service configuration has a value of a wrong kind.',
    hint: 'Each service is a map below its name, for example lvm: {enabled: true}.',
  },
  server_overrides_invalid: {
    kind: 'invalid',
    about:
      'What single servers are to get otherwise names no server of the cluster, no such item, or a key of all members.',
    hint: 'Correct the named place: SERVER, then services, storage_pools or networks.',
  },
  service_unknown: {
    kind: 'invalid',
    about: 'The IncusOS of a server has no such service.',
    hint: 'Correct the name, or install the application that brings the service.',
  },
  cluster_server_repeated: {
    kind: 'invalid',
    about: 'A server is named twice.',
    hint: 'Name each server once.',
  },
  cluster_server_taken: {
    kind: 'not_allowed',
    about: 'A server belongs to a cluster already, or is being made part of one.',
    hint: free,
  },
  cluster_server_not_ready: {
    kind: 'not_allowed',
    about: 'A server is not ready, or needs an update, a reboot or the end of its maintenance first.',
    hint: 'Wait until "provisioning server list" shows it ready, then try again.',
  },
  cluster_server_unsuitable: {
    kind: 'not_allowed',
    about: 'A server has another channel, another type, no Incus, another Incus than the others, or no usable address.',
    hint: 'Choose servers that are alike, or change the one that is named.',
  },
  cluster_server_unreachable: {
    kind: 'fleet_failed',
    about: 'A server did not answer as it should when it was asked before the creation.',
    hint: 'Look at the server, then try again: nothing was changed.',
  },
  lvm_ids_exhausted: {
    kind: 'conflict',
    about: 'No system_id for lvm is free: each of 1 to 2000 is used by a machine that we know.',
    hint: 'An id is free again after its machine was seen reset or with lvm switched off.',
  },
  cluster_create_failed: {
    kind: 'fleet_failed',
    about: 'A creation did not succeed. The message names server, step and cause; what was made is taken back.',
    hint: 'Look at the operation: operations-center operation show {operation}.',
  },
  cluster_create_ended: {
    kind: 'conflict',
    about: 'A creation was ended by a person: cancelled, or left as it stands.',
    hint: 'Look at the operation: operations-center operation show {operation}.',
  },
  cluster_not_ready: {
    kind: 'conflict',
    about: 'The cluster is still being made, so it cannot be changed.',
    hint: 'Wait until it is ready (operations-center provisioning cluster show {cluster}), or remove it.',
  },
  cluster_delete_refused: {
    kind: 'not_allowed',
    about: 'The cluster cannot be deleted in this mode.',
    hint: 'To forget the cluster and leave its servers as they are: operations-center provisioning cluster remove {cluster} --force.',
  },
  cluster_inventory_failed: {
    kind: 'fleet_failed',
    about: 'Some of the inventory of a cluster could not be read; what was known of it is unchanged.',
    hint: 'Look at the servers of the cluster, then ask again.',
  },
  factory_reset_not_built: {
    kind: 'not_allowed',
    about: 'Deleting a cluster by factory reset of its servers is not built yet.',
    hint: 'Remove it by force, then reset the servers one by one.',
  },
} as const satisfies Record<string, FaultEntry>;
