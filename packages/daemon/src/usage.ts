import { subcommands } from './subcommands.ts';

const commands = subcommands.map(({ name, usage, about }) => `  operations-centerd ${name} ${usage}\n      ${about}\n`);

/** What `operations-centerd --help` prints. */
export const usage = `Usage: operations-centerd [--listen ADDRESS:PORT] [--group NAME] [--log-level LEVEL]

The daemon of Operations Center. It is ready when GET /1.0 answers on its unix socket.

  --listen ADDRESS:PORT   listen here for HTTPS in this run, whatever is stored (network settings)
  --group NAME            members of this group may use the unix socket
  --log-level LEVEL       TRACE, DEBUG, INFO, WARN or ERROR; wins over the stored setting
  --version, --help

${commands.length === 0 ? '' : `Commands, which end when they are done:\n${commands.join('')}\n`}Environment:
  OPERATIONS_CENTER_DIR     folder for everything the daemon keeps
  OPERATIONS_CENTER_SOCKET  path of the unix socket
  OPERATIONS_CENTER_CONF    folder of daemon.yml
  OPERATIONS_CENTER_SEALING_KEY, OPERATIONS_CENTER_SEALING_KEY_FILE
                            the sealing key, or its file, if it is not in the state directory
  CREDENTIALS_DIRECTORY     of the service manager; its credential sealing.key is the sealing key

Examples:
  OPERATIONS_CENTER_DIR=/srv/oc operations-centerd --listen 0.0.0.0:7443
  operations-centerd --group incus-admin
`;
