import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { startDaemon } from './assembly.ts';
import { findConfiguredState } from './commands/configured-state.ts';
import { clockFromEnvironment } from './platform/clock.ts';
import { findGroup } from './platform/http/groups.ts';
import { requireKeyFolder } from './platform/keys/sealing-key.ts';
import { isLogLevel, makeLog } from './platform/log.ts';
import { emptyTemporary, prepareStateDirectory } from './platform/state-directory.ts';
import { lockState } from './platform/state-lock.ts';
import { subcommands } from './subcommands.ts';
import { helpOf, seeHelp, usage, usageOf, withUsage } from './usage.ts';

/** Work gets this long to reach a boundary after SIGTERM; a service manager's patience is longer. */
const graceMs = 4_000;

async function main(words: string[]): Promise<number> {
  // Whatever is made below is ours alone, unless it says otherwise.
  process.umask(0o077);
  const [first, ...rest] = words;
  if (first === undefined || first.startsWith('-')) return withUsage(seeHelp, () => runDaemon(words));
  const subcommand = subcommands.find(({ name }) => name === first);
  if (subcommand === undefined) throw new Error(`there is no command "${first}"\n${seeHelp}`);
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(subcommand));
  return withUsage(usageOf(subcommand), () => subcommand.run(rest));
}

async function runDaemon(words: string[]): Promise<number> {
  const { values } = parseArgs({
    args: words,
    options: {
      listen: { type: 'string' },
      group: { type: 'string' },
      'log-level': { type: 'string' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return print(usage);
  if (values.version === true) return print('0.8.1\n');
  const logLevel = values['log-level'];
  if (logLevel !== undefined && !isLogLevel(logLevel))
    throw new Error(`"${logLevel}" is no log level: use TRACE, DEBUG, INFO, WARN or ERROR`);
  const log = makeLog(logLevel ?? '');
  // A defect outside every request: what is half done goes on at the next start, but the log must say why this one ended.
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'ended by a defect of ours');
    process.exit(1);
  });
  const { state, configuration, givenKeys } = findConfiguredState();
  prepareStateDirectory(state);
  if (givenKeys.length === 0) requireKeyFolder(state.sealingKey);
  const lock = lockState(state);
  emptyTemporary(state);
  const daemon = await startDaemon({
    state,
    configuration,
    givenKeys,
    onUnfit(reason) {
      log.fatal(reason);
      process.exit(1);
    },
    clock: clockFromEnvironment(process.env),
    log,
    listen: values.listen,
    group: values.group === undefined ? undefined : findGroup(values.group),
    logLevel,
  });
  log.info(
    {
      socket: state.socket,
      https: daemon.httpsAddress() ?? null,
      certificate: daemon.certificateFingerprint,
      database: daemon.database,
      pid: process.pid,
    },
    'ready',
  );
  tellServiceManager();
  const signal = await stopSignal();
  log.info({ signal }, 'stopping');
  await daemon.stop(graceMs);
  lock.release();
  return 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** The first signal asks for a clean end, the second ends at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: string) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGPWR']) process.on(signal, stop);
  });
}

/** Node has no datagram sockets for unix paths; systemd's own tool has. */
function tellServiceManager(): void {
  if (process.env['NOTIFY_SOCKET'] === undefined) return;
  spawn('systemd-notify', ['--ready', `--pid=${process.pid}`], { stdio: 'ignore' }).on('error', () => undefined);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`operations-centerd: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
