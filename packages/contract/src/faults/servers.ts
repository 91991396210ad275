import type { FaultEntry } from './entry.ts';

export const serverFaults = {
  server_not_found: {
    kind: 'not_found',
    about: 'There is no such server.',
    hint: 'List them: operations-center provisioning server list.',
  },
  server_invalid: {
    kind: 'invalid',
    about: 'A field of the server has a value that it cannot have.',
    hint: 'Correct the named field.',
  },
  server_exists: {
    kind: 'conflict',
    about: 'Another server has this name.',
    hint: 'Choose another name, or rename or delete the other server.',
  },
  server_certificate_missing: {
    kind: 'invalid',
    about: 'A registration came without a client certificate, so there is nothing to know the server by.',
    hint: "IncusOS sends its primary application's certificate; install an application first.",
  },
  server_certificate_reused: {
    kind: 'conflict',
    about: 'A registration shows the certificate of another registered machine: its disk was probably cloned.',
    hint: 'Reinstall one of the two machines, so that each has a certificate of its own.',
  },
  server_type_refused: {
    kind: 'not_allowed',
    about: 'Another Operations Center cannot be registered as a server.',
    hint: 'Register Incus servers only.',
  },
  server_certificate_unknown: {
    kind: 'forbidden',
    about: 'A self update came without the certificate of a registered server.',
    hint: 'Register the server first.',
  },
  server_is_cluster_member: {
    kind: 'not_allowed',
    about: 'The server is a member of a cluster, or is just being made one, so this cannot be done to it.',
    hint: 'Take it out of its cluster first.',
  },
  server_not_replaceable: {
    kind: 'not_allowed',
    about: 'A server can be adopted only in the place of the one whose machine id or system UUID it claims.',
    hint: 'The server that registered anew says which one it conflicts with: operations-center provisioning server show {server}.',
  },
  server_poll_failed: {
    kind: 'fleet_failed',
    about: 'The server was asked for its state and gave no usable answer.',
    hint: 'Check that it runs and is reachable at its connection URL.',
  },
  server_not_registered: {
    kind: 'not_allowed',
    about: 'The server is only expected so far: nobody knows where it is and what it shows.',
    hint: 'Let it register with a token first.',
  },
  server_os_failed: {
    kind: 'fleet_failed',
    about: "A request was to be passed to a server's IncusOS, and no whole answer came back.",
    hint: 'Check that the server runs and is reachable at its connection URL. Whether the request had an effect is not known.',
  },
  proxy_path_invalid: {
    kind: 'invalid',
    about: 'The path or query of a request that is to be passed on could lead elsewhere than it says.',
    hint: 'Use plain path segments, without "..", encoded slashes or percent signs, and without the parameter target.',
  },
  bmc_not_built: {
    kind: 'not_allowed',
    about: 'Management controllers (BMC) are not built yet.',
    hint: 'Leave the management controller (bmc_config) empty.',
  },
  update_not_found: {
    kind: 'not_found',
    about: 'There is no such update.',
    hint: 'List them: operations-center query /1.0/provisioning/updates.',
  },
  channel_not_found: {
    kind: 'not_found',
    about: 'There is no such update channel.',
    hint: 'List them: operations-center provisioning channel list.',
  },
  warning_not_found: {
    kind: 'not_found',
    about: 'There is no such warning.',
    hint: 'List them: operations-center warning list.',
  },
  warning_invalid: {
    kind: 'invalid',
    about: 'A warning is either new or acknowledged.',
    hint: 'Acknowledge it: operations-center warning acknowledge {warning}.',
  },
} as const satisfies Record<string, FaultEntry>;
