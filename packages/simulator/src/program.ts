import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { FAULTS, type Fault, parseFault } from './faults.ts';

const faultWidth = Math.max(...Object.keys(FAULTS).map((name) => name.length)) + 2;

const EXAMPLES = `
Examples:
  # Three servers on 127.77.0.11–13:8443, nothing registered
  operations-center-sim run --servers 3

  # Six servers that register themselves, with a control API
  operations-center-sim run --servers 6 --operations-center https://127.0.0.1:7443 \\
      --certificate server.crt --token 1b4e28ba-2fa1-41d2-883f-0016d3cca427 --control 127.0.0.1:7700

  # The third server's join fails, the second is slow
  operations-center-sim run --servers 3 --fault join-fails@server3 --fault slow@server2:500

  # Clusters that are formed of them hold 200 instances per server, and change 50 times a second
  operations-center-sim run --servers 6 --instances-per-server 200 --churn 50/s

Faults (NAME@SERVER[:ARG]; SERVER may be *; a server whose name contains a fault's name has it, too):
${Object.entries(FAULTS)
  .map(([name, about]) => `  ${name.padEnd(faultWidth)}${about}`)
  .join('\n')}
`;

const whole = (least: number, most?: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > (most ?? value))
    throw new InvalidArgumentError(
      `a whole number from ${least} ${most === undefined ? 'on' : `to ${most}`} is expected`,
    );
  return value;
};

const SECONDS = { s: 1, min: 60, h: 3600 };

function perSecond(text: string): number {
  const read = /^(\d+(?:\.\d+)?)\/(s|min|h)$/.exec(text);
  const rate = Number(read?.[1]) / SECONDS[(read?.[2] ?? 's') as keyof typeof SECONDS]; // as: what was read
  if (read === null || rate > 10_000)
    throw new InvalidArgumentError('a rate up to 10000/s is expected, for example 50/s, 10/min or 5/h');
  return rate;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is expected');
  return value;
}

function fault(text: string, before: Fault[]): Fault[] {
  try {
    return [...before, parseFault(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

const NO_FAULTS: Fault[] = [];

/** The command line. Modules behind a command are loaded when it runs. */
export function program(): Command {
  const root = new Command('operations-center-sim')
    .description('A fleet of pretend IncusOS servers on real TLS sockets, all on loopback addresses.')
    .showHelpAfterError('(add --help for the commands)');
  for (const command of [runCommand(), osCommand()]) {
    command.showHelpAfterError('(add --help for options and examples)');
    root.addCommand(command);
  }
  return root;
}

function runCommand() {
  return new Command('run')
    .description('run a fleet until interrupted')
    .requiredOption('--servers <n>', 'how many servers', whole(1))
    .option('--name-prefix <text>', 'names are this and a number', 'server')
    .option('--network <cidr>', 'loopback network of their addresses', '127.77.0.0/16')
    .option('--seed <text>', 'the same seed gives the same fleet', 'operations-center')
    .option('--speed <x>', 'simulated durations are divided by this', positive, 1)
    .option('--latency <ms>', 'real milliseconds before each answer', whole(0), 0)
    .option('--operations-center <url>', 'where the servers register themselves')
    .option('--certificate <file>', 'PEM certificate of Operations Center, pinned by the servers')
    .option('--token <uuid>', 'registration token')
    .option('--concurrency <n>', 'servers that register at the same time', whole(1), 32)
    .addOption(
      new Option('--key <curve>', 'key of the servers: p384 as real ones, p256 for less CPU')
        .choices(['p384', 'p256'])
        .default('p384'),
    )
    .option('--instances-per-server <n>', 'content of each cluster, and other kinds in proportion', whole(0, 10_000), 0)
    .option('--projects <n>', 'projects of each cluster that has content', whole(0, 1_000), 3)
    .option('--churn <rate>', 'changes over all full clusters, as 50/s, 10/min or 5/h', perSecond, 0)
    .option('--fault <name@server[:arg]>', 'make a server misbehave (repeatable)', fault, NO_FAULTS)
    .option('--control <address:port>', 'control API, on a loopback address', '127.0.0.1:0')
    .addOption(new Option('--format <format>', 'what is printed').choices(['text', 'json']).default('text'))
    .addHelpText('after', EXAMPLES)
    .action(async (options) => {
      const { run } = await import('./run-command.ts');
      await run(options);
    });
}

function osCommand() {
  return new Command('os')
    .description('the IncusOS half alone, on the unix socket that a real incusd proxies as /os')
    .option('--operations-center <url>', 'where the server registers itself')
    .option('--certificate <file>', 'PEM certificate of Operations Center')
    .option('--token <uuid>', 'registration token')
    .option('--faults <file>', 'faults, NAME@SERVER or NAME@SERVER:ARG, one a line; read again when it changes')
    .addHelpText(
      'after',
      `
Environment: INCUS_OS_SOCKET (required), INCUS_OS_NAME, INCUS_OS_ADDRESS; with INCUS_OS_LAB and INCUS_OS_MEMBER also
registration and the application's backup, restore and factory reset, through $INCUS_OS_LAB/m/$INCUS_OS_MEMBER/incus and
the lab's script (INCUS_OS_LAB_SCRIPT).

Example:
  incus-lab.sh up 3 --os-cmd 'operations-center-sim os'
`,
    )
    .action(async (options) => {
      const { runOs } = await import('./os-command.ts');
      await runOs(options);
    });
}
