import { accessSync, chmodSync, constants, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileReason } from './file-failure.ts';

/** Where the daemon keeps what it keeps; names as OC's, so that what is found there is used (design §9). */
export type StateDirectory = {
  path: string;
  socket: string;
  database: string;
  inventoryDatabase: string;
  lock: string;
  pid: string;
  serverCertificate: string;
  serverKey: string;
  clientCertificate: string;
  clientKey: string;
  sealingKey: string;
  daemonId: string;
  /** Where the audit ended when it was looked at last. */
  auditSeen: string;
  configuration: string;
  /** What a crash leaves here is gone with the next start. */
  temporary: string;
};

/**
 * `OPERATIONS_CENTER_DIR` holds everything; without it root uses the system's folders and anybody else the XDG ones.
 * `OPERATIONS_CENTER_SOCKET` moves the socket only.
 */
export function findStateDirectory(environment: NodeJS.ProcessEnv, isRoot: boolean): StateDirectory {
  const whole = environment['OPERATIONS_CENTER_DIR'];
  const path =
    whole ??
    (isRoot
      ? '/var/lib/operations-center'
      : join(xdg(environment, 'XDG_STATE_HOME', '.local/state'), 'operations-center'));
  const run =
    whole ?? (isRoot ? '/run/operations-center' : join(environment['XDG_RUNTIME_DIR'] ?? path, 'operations-center'));
  return {
    path,
    socket: environment['OPERATIONS_CENTER_SOCKET'] ?? join(run, 'unix.socket'),
    database: join(path, 'operations-center.db'),
    inventoryDatabase: join(path, 'inventory.db'),
    lock: join(path, 'lock.db'),
    pid: join(path, 'daemon.pid'),
    serverCertificate: join(path, 'server.crt'),
    serverKey: join(path, 'server.key'),
    clientCertificate: join(path, 'client.crt'),
    clientKey: join(path, 'client.key'),
    sealingKey: join(path, 'sealing.key'),
    daemonId: join(path, 'daemon.id'),
    auditSeen: join(path, 'audit.seen'),
    configuration: join(path, 'daemon.yml'),
    temporary: join(path, 'tmp'),
  };
}

const xdg = (environment: NodeJS.ProcessEnv, name: string, fallback: string): string =>
  environment[name] ?? join(environment['HOME'] ?? homedir(), fallback);

/** A restore unpacks into this; while it is there, what stands beside it is half of a state. */
export const restoringName = '.restoring';

/** Makes the folder, 0700. A state of OC is recognised before anything is written. */
export function prepareStateDirectory(state: StateDirectory): void {
  if (existsSync(join(state.path, 'local.db'))) {
    throw new Error(
      `${state.path} holds the state of FuturFusion Operations Center (local.db). Nothing was changed. ` +
        'Start with another OPERATIONS_CENTER_DIR; taking over that state is a command of its own (import-oc), which this release does not have yet.',
    );
  }
  if (existsSync(join(state.path, restoringName))) {
    throw new Error(
      `a restore into ${state.path} is under way, or was cut off. If none runs, empty the directory and restore again.`,
    );
  }
  makePrivateFolder(state.path);
}

/** Says which folder, why, and what to do: the first thing that goes wrong for who starts it by hand. */
function makePrivateFolder(path: string): void {
  try {
    makeFolders(resolve(path));
    if (!statSync(path).isDirectory()) throw new Error('it is a file');
    chmodSync(path, 0o700);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(
      `the state directory ${path} cannot be used: ${fileReason(cause, folderReasons)}. ` +
        'Give the daemon a directory of its own that its user may write: OPERATIONS_CENTER_DIR=DIRECTORY',
      { cause },
    );
  }
}

/** One by one: where the kernel makes the folders (/proc), Node's own `recursive` tries for ever. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolders(parent);
  mkdirSync(path, { mode: 0o700 });
}

/** Said of a folder that is to be made. */
const folderReasons = {
  ENOENT: 'it cannot be made there',
  EEXIST: 'a part of the path is a file, or a link that leads nowhere',
};

/** Only for who holds the lock: another daemon may be using what is in there. */
export function emptyTemporary({ temporary }: StateDirectory): void {
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { mode: 0o700 });
}
