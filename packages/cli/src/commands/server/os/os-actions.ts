import { isInteractive } from '../../../call.ts';
import { type Command, defineCommand, showNothing } from '../../../command.ts';
import { flag, text } from '../../../options.ts';
import { readDocument } from '../../../read-document.ts';
import { askOs } from './ask-os.ts';
import { confirm } from './confirm.ts';
import { readServer, readThing, serverArgument, thingArgument } from './os-target.ts';

/** A POST to a server's IncusOS. */
type Action = {
  words: readonly string[];
  about: string;
  /** Below `/os/1.0`; `{name}` is the thing that the command names. */
  path: string;
  /** What kind of thing that is; without it the action is the server's own. */
  thing?: string;
  /** A person is asked first, unless `--force`: something is lost or interrupted. Where nobody can answer, only what loses nothing goes on. */
  asks?: true | 'on a terminal';
  /** Takes `--data`; this is an example of it. */
  data?: string;
};

const drive = '{"id": "/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_data"}';
const volume = '{"pool": "local", "name": "backups", "use": "incus"}';

const actions: readonly Action[] = [
  {
    words: ['application', 'add'],
    about: 'Install an application',
    path: '/applications',
    data: '{"name": "incus-ceph"}',
  },
  {
    words: ['application', 'action'],
    about: "Start one of an application's own actions",
    path: '/applications/{name}/:action',
    thing: 'application',
    data: '{"action": "initialize-ceph-cluster", "config": {}}',
  },
  {
    words: ['application', 'check-update'],
    about: 'Look for an update of an application, and install it',
    path: '/applications/{name}/:check-update',
    thing: 'application',
  },
  {
    words: ['application', 'factory-reset'],
    about: 'Wipe what an application holds, and start it anew',
    path: '/applications/{name}/:factory-reset',
    thing: 'application',
    asks: true,
    data: '{}',
  },
  {
    words: ['application', 'remove'],
    about: 'Remove an application',
    path: '/applications/{name}/:remove',
    thing: 'application',
    asks: true,
  },
  {
    words: ['application', 'restart'],
    about: 'Restart an application',
    path: '/applications/{name}/:restart',
    thing: 'application',
    asks: 'on a terminal',
  },
  {
    words: ['application', 'switch-version'],
    about: 'Switch an application to another version that is there',
    path: '/applications/{name}/:switch-version',
    thing: 'application',
    asks: true,
    data: '{"version": "202608201218"}',
  },
  {
    words: ['service', 'reset'],
    about: 'Bring a service back to how it was installed',
    path: '/services/{name}/:reset',
    thing: 'service',
    asks: true,
  },
  { words: ['system', 'poweroff'], about: 'Power a server off', path: '/system/:poweroff', asks: true },
  { words: ['system', 'reboot'], about: 'Restart a server', path: '/system/:reboot', asks: true },
  { words: ['system', 'suspend'], about: 'Suspend a server', path: '/system/:suspend', asks: true },
  {
    words: ['system', 'factory-reset'],
    about: 'Bring a server back to how it was installed; everything on it is lost',
    path: '/system/:factory-reset',
    asks: true,
    data: '{"wipe_existing_seeds": false}',
  },
  {
    words: ['system', 'network', 'confirm'],
    about: 'Keep a network configuration that was tried',
    path: '/system/network/:confirm',
  },
  { words: ['system', 'network', 'flush-dns'], about: 'Forget resolved names', path: '/system/network/:flush-dns' },
  {
    words: ['system', 'security', 'tpm-rebind'],
    about: 'Bind the encryption keys to the TPM again',
    path: '/system/security/:tpm-rebind',
    asks: true,
  },
  {
    words: ['system', 'storage', 'create-volume'],
    about: 'Make a volume in a pool of IncusOS',
    path: '/system/storage/:create-volume',
    data: volume,
  },
  {
    words: ['system', 'storage', 'delete'],
    about: 'Destroy a pool of IncusOS',
    path: '/system/storage/:delete-pool',
    asks: true,
    data: '{"name": "data"}',
  },
  {
    words: ['system', 'storage', 'delete-volume'],
    about: 'Destroy a volume in a pool of IncusOS',
    path: '/system/storage/:delete-volume',
    asks: true,
    data: '{"pool": "local", "name": "backups"}',
  },
  {
    words: ['system', 'storage', 'encrypt-drive'],
    about: 'Encrypt a drive; what is on it is lost',
    path: '/system/storage/:encrypt-drive',
    asks: true,
    data: drive,
  },
  {
    words: ['system', 'storage', 'import-encrypted-drive'],
    about: 'Take over an encrypted drive with its key',
    path: '/system/storage/:import-encrypted-drive',
    data: '{"id": "/dev/disk/by-id/x", "key": "BASE64"}',
  },
  {
    words: ['system', 'storage', 'import-storage-pool'],
    about: 'Take over a pool with its key',
    path: '/system/storage/:import-pool',
    data: '{"name": "data", "type": "zfs", "encryption_key": "BASE64"}',
  },
  {
    words: ['system', 'storage', 'scrub-pool'],
    about: 'Check a pool for damaged data',
    path: '/system/storage/:scrub-pool',
    data: '{"name": "local"}',
  },
  {
    words: ['system', 'storage', 'wipe-drive'],
    about: 'Wipe a drive',
    path: '/system/storage/:wipe-drive',
    asks: true,
    data: drive,
  },
  {
    words: ['system', 'update', 'check'],
    about: 'Look for updates, and install them',
    path: '/system/update/:check',
    asks: 'on a terminal',
    data: '{"os_only": true}',
  },
];

export const osActions: readonly Command[] = actions.map((action) => defineAction(action));

function defineAction(action: Action): Command {
  const { words, about, thing } = action;
  const path = ['provisioning', 'server', 'os', ...words];
  const target = thing === undefined ? 'server1:' : `server1:${thing === 'service' ? 'lvm' : 'incus'}`;
  const data = action.data === undefined ? '' : ` -d '${action.data}'`;
  return defineCommand({
    path,
    about,
    examples: [`operations-center ${path.join(' ')} ${target}${data}`],
    args: thing === undefined ? { server: serverArgument } : { [thing]: thingArgument(thing) },
    options: {
      ...(action.data === undefined ? {} : { data: text('What is sent, as JSON or YAML', { short: 'd' }) }),
      ...(action.asks === undefined ? {} : { force: flag('Do not ask whether this is meant') }),
    },
    run: async ({ api, args, options, terminal }) => {
      const typed: string | undefined = Object.values<string | undefined>(args)[0];
      const { server, name } =
        thing === undefined ? { server: readServer(typed, path), name: '' } : readThing(typed ?? '', thing, path);
      const given = { data: '', force: false, ...options };
      const body = given.data === '' ? undefined : await readDocument('--data', given.data);
      const isAsked = action.asks === true || (action.asks === 'on a terminal' && isInteractive(terminal));
      if (isAsked && !given.force) await confirm({ api, terminal, server }, `${about} (${typed ?? server})?`);
      await askOs(api, server, {
        method: 'POST',
        path: action.path.replace('{name}', encodeURIComponent(name)),
        ...(body === undefined ? {} : { body }),
      });
    },
    show: showNothing,
  });
}
