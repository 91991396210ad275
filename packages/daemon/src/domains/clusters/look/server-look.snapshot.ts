import { keysOf, localScopeFrom, type ServiceDocument } from '@operations-center/fleet-protocol';
import type { FleetConnections } from '../../../fleet/connection.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { Incus } from '../../../fleet/incus.ts';
import { contentQuestions, joinContents } from '../../../fleet/incus-contents.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import { endpointOf, type Server } from '../../servers/server.ts';
import type { Facts, LiveServer, Read } from '../checks/facts.ts';

export type LookParts = {
  fleet: { connections: FleetConnections; incus: Incus; incusOs: IncusOs };
  nowMs(): number;
};

/** For all questions to all servers: some thirty each, of which a slow server may take half a second for one. */
export const lookMs = 15_000;
/** Questions to one server at the same time: each costs a connection, and a connection more than an answer. */
const lanesPerServer = 2;
/** Members should have these alike, whether anybody asks for them or not; as OC compares them. */
const comparedServices = ['ceph', 'iscsi', 'linstor', 'lvm', 'multipath', 'nvme', 'ovn'];

export type ServerLook = { live: LiveServer; keys: Facts['keys'] };

/** Asks one server everything, each question once. A question that fails is noted; nothing is thrown. */
export async function lookAtServer(
  parts: LookParts,
  server: Server,
  wish: { services: readonly string[]; keys: boolean; pingMs: number; callMs: number; totalMs: number },
  signal: AbortSignal,
): Promise<ServerLook> {
  const { incus, incusOs, connections } = parts.fleet;
  const endpoint = endpointOf(server);
  const options = { signal, deadlineMs: wish.callMs };
  const asked_at = parts.nowMs();
  const reading = readingOf(server, wish.totalMs);
  const ping = await reading(async () => {
    // What it shows a newcomer: an older connection would not notice a certificate that changed.
    const { date } = await incusOs.ping(endpoint, { signal, fresh: 'keep', deadlineMs: wish.pingMs });
    return { date, asked_at, answered_at: parts.nowMs() };
  });
  if (!ping.ok) return silent(ping);

  const ask = lanes(lanesPerServer);
  // IncusOS answers through Incus, and may hang alone.
  const watch = watchForHanging();
  const [os, api] = [watch.half(), watch.half()];
  const one = <T>(untilItHangs: UntilItHangs, question: () => Promise<T>): Promise<Read<T>> =>
    ask(() => untilItHangs(() => reading(question)));
  const value = <T>(untilItHangs: UntilItHangs, question: () => Promise<{ value: T }>): Promise<Read<T>> =>
    one(untilItHangs, async () => (await question()).value);

  const known = one(os, () => incusOs.listServices(endpoint, options));
  const readService = async (name: string): Promise<[string, Read<ServiceDocument | undefined>]> => {
    const names = await known;
    if (names.ok && !names.value.includes(name)) return [name, { ok: true, value: undefined }];
    return [name, await one(os, async () => (await incusOs.getService(endpoint, name, options))?.value)];
  };
  const readApplications = async () => {
    const names = await incusOs.listApplications(endpoint, options);
    const states = await Promise.all(
      names.map(async (name) => [name, (await incusOs.getApplication(endpoint, name, options))?.value.state] as const),
    );
    // Listed, and gone when it was asked for: installed or removed just now.
    return Object.fromEntries(
      states.map(([name, state]) => [name, state ?? { initialized: false, version: 'unknown' }]),
    );
  };
  const readKeys = async () => {
    const { value: metadata } = await incus.getMetadataConfiguration(endpoint, options);
    return { local_scope: localScopeFrom(metadata), server: keysOf(metadata, 'server') };
  };

  const [first, environment, network, keys, services, contents] = await Promise.all([
    value(api, () => incus.getServer(endpoint, options)),
    value(os, () => incusOs.getEnvironment(endpoint, options)),
    value(os, () => incusOs.getNetwork(endpoint, options)),
    wish.keys ? one(api, readKeys) : notAsked,
    Promise.all([...new Set([...wish.services, ...comparedServices])].map(readService)),
    Promise.all(contentQuestions.map((question) => one(api, () => question(connections, endpoint, options)))),
  ]);
  const [security, storage, update, applications, certificates, operations] = await Promise.all([
    value(os, () => incusOs.getSecurity(endpoint, options)),
    value(os, () => incusOs.getStorage(endpoint, options)),
    value(os, () => incusOs.getUpdate(endpoint, options)),
    one(os, readApplications),
    value(api, () => incus.listCertificates(endpoint, options)),
    one(api, () => incus.listRunningOperations(endpoint, options)),
  ]);
  const known_services = await known;
  const live: LiveServer = {
    ...{ ping, incus: first, environment, network, security, storage, update, applications, known_services },
    ...{ services: Object.fromEntries(services), contents: joined(contents), certificates, operations },
  };
  return { live, keys };
}

type UntilItHangs = <T>(read: () => Promise<Read<T>>) => Promise<Read<T>>;

/**
 * One that answered the ping and then hangs is not waited for thirty times over: what is left fails as what was asked
 * did. It hangs if nothing was answered while a question waited in vain; if others were, only that half of it may hang.
 */
function watchForHanging(): { half(): UntilItHangs } {
  let answered = 0;
  let hangs: Read<never> | undefined;
  const half = (): UntilItHangs => {
    let ownAnswered = 0;
    let ownHangs: Read<never> | undefined;
    return async (read) => {
      const silence = hangs ?? ownHangs;
      if (silence !== undefined) return silence;
      const before = { answered, ownAnswered };
      const answer = await read();
      if (answer.ok || answer.code !== 'server_timeout') {
        answered += 1;
        ownAnswered += 1;
        return answer;
      }
      // What waited beside it in a half that hangs says nothing of the other one.
      if (ownHangs !== undefined) return answer;
      if (answered === before.answered) hangs = answer;
      else if (ownAnswered === before.ownAnswered) ownHangs = answer;
      return answer;
    };
  };
  return { half };
}

const notAsked: Read<never> = { ok: false, why: 'not asked', code: 'not_asked', call: '', status: null, error: null };

/** Nobody is asked twice who did not answer the first time. */
const silent = (failed: Read<never> & { ok: false }): ServerLook => ({
  keys: failed,
  live: {
    ...{ ping: failed, incus: failed, environment: failed, network: failed, security: failed, storage: failed },
    ...{ update: failed, applications: failed, known_services: failed, services: {}, contents: failed },
    ...{ certificates: failed, operations: failed },
  },
});

function joined(lists: readonly Read<string[]>[]): Read<readonly string[]> {
  const failed = lists.find((list) => !list.ok);
  if (failed !== undefined && !failed.ok) return failed;
  return { ok: true, value: joinContents(lists.flatMap((list) => (list.ok ? [list.value] : []))) };
}

const readingOf =
  ({ name }: Server, totalMs: number) =>
  async <T>(question: () => Promise<T>): Promise<Read<T>> => {
    try {
      return { ok: true, value: await question() };
    } catch (error) {
      if (error instanceof FleetFailure) {
        const { code, call, reason, status } = error;
        return { ok: false, why: `${name}: ${call}: ${reason}`, code, call, status: status ?? null, error };
      }
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        const why = `${name}: it did not answer all questions within ${totalMs / 1000} s`;
        return { ok: false, why, code: 'server_timeout', call: '', status: null, error };
      }
      throw error;
    }
  };

/** Lets so many run at a time; the others wait in line. */
function lanes(count: number): <T>(run: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free === 0) await new Promise<void>((go) => void waiting.push(go));
    else free -= 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
