import { type Subcommand, subcommands } from './subcommands.ts';
import { UsageError } from './usage-error.ts';

const commands = subcommands.map(({ name, usage, about }) => `  operations-centerd ${name} ${usage}\n      ${about}\n`);

/** What `operations-centerd --help` prints. */
export const usage = `Usage: operations-centerd [--listen ADDRESS:PORT] [--group NAME] [--log-level LEVEL]

The daemon of Operations Center. It is ready when GET /1.0 answers on its unix socket.

  --listen ADDRESS:PORT   listen here for HTTPS in this run, whatever is stored (network settings)
  --group NAME            members of this group may use the unix socket
  --log-level LEVEL       TRACE, DEBUG, INFO, WARN or ERROR; wins over the stored setting
  --version, --help

Commands, which end when they are done (each has its own --help):
${commands.join('')}
Environment:
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

/** What `operations-centerd backup --help` prints. */
export function helpOf({ name, usage: rest, about, detail, options, examples }: Subcommand): string {
  const width = Math.max('--help'.length, ...options.map((option) => option.name.length)) + 2;
  const lines = [...options, { name: '--help', about: 'this text' }].map(
    (option) => `  ${option.name.padEnd(width)}${option.about}\n`,
  );
  return `${usageOf({ name, usage: rest })}
${wrap(`${sentence(about)} ${detail}`)}
${lines.join('')}
Environment, as for the daemon: OPERATIONS_CENTER_DIR, OPERATIONS_CENTER_CONF, OPERATIONS_CENTER_SEALING_KEY_FILE …

${examples.length === 1 ? 'Example' : 'Examples'}:
${examples.map((example) => `  operations-centerd ${example}\n`).join('')}`;
}

export const usageOf = ({ name, usage: rest }: Pick<Subcommand, 'name' | 'usage'>): string =>
  `Usage: operations-centerd ${name} ${rest}\n`;

export const seeHelp = 'See operations-centerd --help';

/** Adds to what is wrong with a command line how it is used. */
export async function withUsage<Result>(told: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isUsage(error)) throw error;
    // Node goes on with advice for another program.
    throw new Error(`${error.message.split('. To specify')[0]}\n${told.trimEnd()}`, { cause: error });
  }
}

/** Ours, or what `parseArgs` says of an option that there is not. */
const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'));

const wrap = (text: string): string => text.replace(/(.{1,100})(?: +|$)/g, '$1\n');
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
