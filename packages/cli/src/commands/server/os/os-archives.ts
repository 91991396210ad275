import { existsSync, writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Terminal } from '../../../call.ts';
import { type Command, defineCommand, showNothing } from '../../../command.ts';
import { CliFailure } from '../../../failures/failure.ts';
import { flag, required, text } from '../../../options.ts';
import { readDocument } from '../../../read-document.ts';
import { readFile } from '../../../read-file.ts';
import { cannotWrite } from '../../../write-file.ts';
import { askOs, askOsForBytes } from './ask-os.ts';
import { confirm } from './confirm.ts';
import { readServer, readThing, serverArgument, thingArgument } from './os-target.ts';

const file = required('A file; - is stdin or stdout', { names: 'files' });
const data = text('What is sent, as JSON or YAML', { short: 'd' });
const force = flag('Do not ask whether this is meant');

const words = (...more: string[]): string[] => ['provisioning', 'server', 'os', ...more];
const bodyOf = async (given: string) => (given === '' ? {} : { body: await readDocument('--data', given) });

const backUpApplication = words('application', 'backup');
const restoreApplication = words('application', 'restore');
const backUpSystem = words('system', 'backup');
const restoreSystem = words('system', 'restore');

const applicationPath = (name: string): string => `/applications/${encodeURIComponent(name)}`;

/** What IncusOS packs and unpacks: the data of one application, or its own configuration. */
export const osArchives: readonly Command[] = [
  defineCommand({
    path: backUpApplication,
    about: 'Back up what an application holds',
    examples: [`operations-center ${backUpApplication.join(' ')} server1:incus incus.tar.gz`],
    args: { application: thingArgument('application'), file },
    options: { data },
    run: async ({ api, args, options, terminal }) => {
      const { server, name } = readThing(args.application, 'application', backUpApplication);
      const path = `${applicationPath(name)}/:backup`;
      const ask = async () => askOsForBytes(api, server, { method: 'POST', path, ...(await bodyOf(options.data)) });
      await writeArchive(args.file, ask, terminal);
    },
    show: showNothing,
  }),
  defineCommand({
    path: restoreApplication,
    about: 'Put a backup in the place of what an application holds',
    examples: [`operations-center ${restoreApplication.join(' ')} server1:incus incus.tar.gz`],
    args: { application: thingArgument('application'), file },
    options: { force },
    run: async ({ api, args, options, terminal }) => {
      const { server, name } = readThing(args.application, 'application', restoreApplication);
      const archive = await readArchive(args.file, terminal);
      if (!options.force) await confirm({ api, terminal, server }, `Replace what ${args.application} holds?`);
      await askOs(api, server, { method: 'POST', path: `${applicationPath(name)}/:restore`, archive });
    },
    show: showNothing,
  }),
  defineCommand({
    path: backUpSystem,
    about: 'Back up the configuration of IncusOS, its encryption keys among it',
    examples: [`operations-center ${backUpSystem.join(' ')} server1: incus-os.tar.gz`],
    args: { server: serverArgument, file },
    options: { data },
    run: async ({ api, args, options, terminal }) => {
      const server = readServer(args.server, backUpSystem);
      const path = '/system/:backup';
      const ask = async () => askOsForBytes(api, server, { method: 'POST', path, ...(await bodyOf(options.data)) });
      await writeArchive(args.file, ask, terminal);
    },
    show: showNothing,
  }),
  defineCommand({
    path: restoreSystem,
    about: 'Put a backup in the place of the configuration of IncusOS',
    examples: [`operations-center ${restoreSystem.join(' ')} server1: incus-os.tar.gz --skip network-macs`],
    args: { server: serverArgument, file },
    options: {
      force,
      skip: text('What is left as it is: encryption-recovery-keys, local-data-encryption-key, network-macs', {
        short: 's',
      }),
    },
    run: async ({ api, args, options, terminal }) => {
      const server = readServer(args.server, restoreSystem);
      const archive = await readArchive(args.file, terminal);
      if (!options.force) await confirm({ api, terminal, server }, `Replace the configuration of ${server}?`);
      const query = options.skip === '' ? '' : `?${new URLSearchParams({ skip: options.skip }).toString()}`;
      await askOs(api, server, { method: 'POST', path: `/system/:restore${query}`, archive });
    },
    show: showNothing,
  }),
];

/** IncusOS takes no more than 1 MiB; more than this is no backup at all. */
const largestArchive = 64 * 1024 * 1024;

function requireNew(path: string): void {
  if (!existsSync(path)) return;
  throw new CliFailure({
    what: `${path} is there already`,
    why: 'Nothing was asked for, and nothing written.',
    fix: 'Choose another name.',
    code: 'file_exists',
  });
}

/** Nothing is written over, and nothing is asked for that could not be kept. */
async function writeArchive(path: string, ask: () => Promise<Buffer>, terminal: Terminal): Promise<void> {
  if (path !== '-') requireNew(path);
  const bytes = await ask();
  if (path === '-') return writeTo(terminal.stdout, bytes);
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
  terminal.stderr.write(`${bytes.length} bytes written to ${path}\n`);
}

const writeTo = (stream: NodeJS.WritableStream, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

async function readArchive(path: string, terminal: Terminal): Promise<Buffer> {
  const archive = path === '-' ? await buffer(terminal.stdin) : readFile(path, largestArchive);
  if (archive.length > 0) return archive;
  throw new CliFailure({
    what: `${path === '-' ? 'stdin' : path} is empty`,
    why: 'Nothing was sent.',
    fix: 'Name the file that the backup was written to.',
    code: 'file_unusable',
  });
}
