import {
  Application,
  applicationPath,
  backUpCall,
  type ChangeCall,
  factoryResetCall,
  nameFromUrl,
  OsEnvironment,
  type PutSystemUpdate,
  putServiceCall,
  type ResetSeeds,
  restoreCall,
  ServiceDocument,
  SystemNetwork,
  SystemProvider,
  SystemResources,
  SystemSecurity,
  SystemStorage,
  SystemUpdate,
  servicePath,
  UrlList,
} from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { FleetFailure } from './fleet-failure.ts';
import { type Answer, type AskOptions, askBytes, askSync, orAbsent } from './replies.ts';

/** IncusOS on a server, through `/os` of its Incus. Every question throws a FleetFailure; none decides anything. */
export type IncusOs = ReturnType<typeof makeIncusOs>;

const PING_MS = 1_000;
// Services start host tools inside the request; nvme alone may take a minute.
const SERVICE_MS = 180_000;
const BACKUP_MS = 120_000;
const BACKUP_READ_LIMIT_BYTES = 64 * 1024 * 1024;
const Anything = z.unknown();

export function makeIncusOs(connections: FleetConnections) {
  const get = <T>(endpoint: Endpoint, path: string, schema: z.ZodType<T>, options: AskOptions): Promise<Answer<T>> =>
    askSync(connections, endpoint, { method: 'GET', path }, schema, options);
  const change = async (endpoint: Endpoint, call: ChangeCall, options: AskOptions) => {
    await askSync(connections, endpoint, call, Anything, options);
  };

  return {
    /** Is somebody there who speaks Incus? One second, one connection; tells which certificate it shows, and its time. */
    async ping(
      endpoint: Endpoint,
      options: AskOptions,
    ): Promise<{ shownFingerprint: string; date: number | undefined }> {
      try {
        const { shownFingerprint, date } = await get(endpoint, '/', UrlList, { deadlineMs: PING_MS, ...options });
        return { shownFingerprint, date };
      } catch (error) {
        throw error instanceof FleetFailure && error.code === 'bad_reply' ? notIncus(error) : error;
      }
    },

    getEnvironment: (endpoint: Endpoint, options: AskOptions) => get(endpoint, '/os/1.0', OsEnvironment, options),
    getResources: (endpoint: Endpoint, options: AskOptions) =>
      get(endpoint, system('resources'), SystemResources, options),
    getNetwork: (endpoint: Endpoint, options: AskOptions) => get(endpoint, system('network'), SystemNetwork, options),
    getSecurity: (endpoint: Endpoint, options: AskOptions) =>
      get(endpoint, system('security'), SystemSecurity, options),
    getStorage: (endpoint: Endpoint, options: AskOptions) => get(endpoint, system('storage'), SystemStorage, options),
    getUpdate: (endpoint: Endpoint, options: AskOptions) => get(endpoint, system('update'), SystemUpdate, options),
    getProvider: (endpoint: Endpoint, options: AskOptions) =>
      get(endpoint, system('provider'), SystemProvider, options),

    /** Names of the installed applications. */
    listApplications: (endpoint: Endpoint, options: AskOptions) =>
      listNames(get(endpoint, '/os/1.0/applications', UrlList, options)),
    /** Undefined: not installed. */
    getApplication: (endpoint: Endpoint, name: string, options: AskOptions) =>
      orAbsent(get(endpoint, applicationPath(name), Application, options)),

    /** Names of the services this IncusOS has, some only with their application. */
    listServices: (endpoint: Endpoint, options: AskOptions) =>
      listNames(get(endpoint, '/os/1.0/services', UrlList, options)),
    /** Undefined: this IncusOS does not have the service. */
    getService: (endpoint: Endpoint, name: string, options: AskOptions) =>
      orAbsent(get(endpoint, servicePath(name), ServiceDocument, options)),
    /** Replaces the whole config of one service. After a failure the new config may be stored all the same: look again. */
    putService: (endpoint: Endpoint, name: string, config: Record<string, unknown>, options: AskOptions) =>
      change(endpoint, putServiceCall(name, config), { deadlineMs: SERVICE_MS, ...options }),
    putUpdateSettings: (endpoint: Endpoint, body: PutSystemUpdate, options: AskOptions) =>
      change(endpoint, { method: 'PUT', path: system('update'), body }, options),

    /** Answers before it happens: a second later the machine goes down hard, and comes back as another one. */
    factoryReset: (endpoint: Endpoint, seeds: ResetSeeds, options: AskOptions) =>
      change(endpoint, factoryResetCall(seeds), options),

    /** The application's own backup, gzip tar, taken while it runs; may be torn, so prove it before relying on it (E6). */
    backUpApplication: (
      endpoint: Endpoint,
      name: string,
      options: AskOptions & { maxBytes?: number },
    ): Promise<Buffer> =>
      askBytes(
        connections,
        endpoint,
        { ...backUpCall(name), maxBytes: options.maxBytes ?? BACKUP_READ_LIMIT_BYTES },
        { deadlineMs: BACKUP_MS, ...options },
      ),
    /** Answers at once; a second later the application stops, is replaced, and starts again. */
    async restoreApplication(endpoint: Endpoint, name: string, backup: Uint8Array, options: AskOptions): Promise<void> {
      await askSync(connections, endpoint, { ...restoreCall(name), rawBody: backup }, Anything, {
        deadlineMs: BACKUP_MS,
        ...options,
      });
    },
  };
}

const system = (part: string): string => `/os/1.0/system/${part}`;

const listNames = async (asked: Promise<Answer<string[]>>): Promise<string[]> => (await asked).value.map(nameFromUrl);

const notIncus = (error: FleetFailure): FleetFailure =>
  new FleetFailure({
    kind: 'permanent',
    code: 'not_an_incus_server',
    server: error.server,
    call: error.call,
    status: error.status,
    reason: error.reason,
    shownFingerprint: error.shownFingerprint,
    cause: error,
  });
