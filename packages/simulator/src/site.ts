import { INCUS_BODY_LIMIT_BYTES } from '@operations-center/fleet-protocol';
import type { Clock } from './clock.ts';
import type { FaultPort } from './faults.ts';
import type { Site } from './front-door.ts';
import type { IncusReply, IncusRequest, ServerCertificate } from './incus/member.ts';
import { answer } from './incus-os/router.ts';
import type { RequestLog } from './request-log.ts';
import { showFaults } from './shown-faults/show-faults.ts';
import type { SimulatedServer } from './simulated-server.ts';
import { lackingAnswer, spoiltAnswer } from './spoilt-answers.ts';

const SLOW_MS = 2_000;

export type SiteParts = {
  server: SimulatedServer;
  clock: Clock;
  faults: FaultPort;
  log: RequestLog;
  /** Real milliseconds before each answer (--latency). */
  latencyMs: number;
  /** What the fault `wrong-certificate` shows. */
  wrongCertificate: ServerCertificate;
  /** Another member of the same cluster, for `?target=`. */
  sibling(name: string): SimulatedServer | undefined;
  /** After an answer: what is reachable may have changed by it. */
  answered: () => void;
};

/** What Incus' own port 8443 does on a machine that runs IncusOS: /os is IncusOS', all else is Incus'. */
export function makeSite(parts: SiteParts): Site {
  const { server, clock, faults, log } = parts;
  const delay = async ({ path, signal }: IncusRequest) => {
    const slow = faults.active('slow', server.name);
    const [slowMs = '', where = ''] = slow?.arg?.split(' ') ?? [];
    const isSlow = slow !== undefined && path.includes(where);
    const ms = parts.latencyMs + (isSlow ? Number(slowMs) || SLOW_MS : 0);
    if (ms > 0) await clock.pause(ms, signal);
  };
  const outcomes = new WeakMap<IncusRequest, Promise<boolean>>();
  const isCutOff = (): boolean => faults.active('cut-off', server.name) !== undefined;
  return {
    isCutOff,
    certificate: () =>
      faults.active('wrong-certificate', server.name) === undefined ? server.incus.tls() : parts.wrongCertificate,
    async handle(request) {
      await delay(request);
      if (isCutOff()) await silence(request.signal);
      const reply = await answerTo(parts, request);
      if (reply.failed !== undefined) outcomes.set(request, reply.failed);
      return withDate(parts, reply);
    },
    openEvents(request, send, close) {
      if (faults.active('events-cut', server.name) === undefined) return server.incus.openEvents(request, send, close);
      close();
      return { closed: () => {} };
    },
    tooLarge: (path) =>
      path.startsWith('/os/')
        ? { status: 502, headers: {}, body: '' }
        : incusError(400, `http: request body too large (limit ${INCUS_BODY_LIMIT_BYTES} bytes)`),
    served(request, status) {
      const { method, path, query, body } = request;
      const fail = log.add({ server: server.name, method, path, query: query.toString(), body, status });
      void outcomes.get(request)?.then((failed) => {
        if (failed) fail();
      });
    },
    answered: parts.answered,
  };
}

/** Until the client hangs up; then there is nobody to answer. */
export const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const hungUp = (): void => reject(new Error('the client hung up'));
    if (signal.aborted) return hungUp();
    signal.addEventListener('abort', hungUp, { once: true });
  });

async function answerTo(parts: SiteParts, request: IncusRequest): Promise<IncusReply> {
  const { server, faults } = parts;
  const { method, path } = request;
  if (path === '/os') return { status: 301, headers: { location: '/os/' }, body: '' };
  if (method === 'GET' && faults.active('answers-500', server.name, path) !== undefined)
    return incusError(500, 'simulated failure');
  const spoilt = method === 'GET' ? spoiltAnswer(faults, { server: server.name, path }) : undefined;
  if (spoilt !== undefined) return spoilt;
  const reply = await (path.startsWith('/os/') ? throughOs(parts, request) : server.incus.handle(request));
  if (method !== 'GET') return reply;
  return lackingAnswer(faults, { server: server.name, path }, showFaults(faults, server.name, path, reply));
}

/** By the simulated clock, which is where a server's own clock may be off. */
function withDate({ server, clock, faults }: SiteParts, reply: IncusReply): IncusReply {
  const off = Number(faults.active('clock-off', server.name)?.arg ?? 0) * 1000;
  return { ...reply, headers: { ...reply.headers, date: new Date(clock.nowMs() + off).toUTCString() } };
}

/** Incus' proxy to IncusOS: for trusted clients only, forwarded to another member by `?target=`. */
async function throughOs(parts: SiteParts, request: IncusRequest): Promise<IncusReply> {
  const { server } = parts;
  if (request.local !== true && !server.incus.isTrusted(request.clientFingerprint))
    return incusError(403, 'not authorized');
  const target = request.query.get('target');
  const to = target === null || target === '' || target === server.incus.serverName ? server : parts.sibling(target);
  if (to === undefined) return incusError(404, 'Cluster member not found');
  // Incus adds its own value behind one that is there already, and IncusOS reads the first.
  const prefix = request.headers['x-incusos-proxy']?.split(',')[0]?.trim() ?? '/os';
  const { method, query, body } = request;
  return answer(to.os, { method, path: request.path.slice('/os'.length), query, body, prefix });
}

function incusError(code: number, error: string): IncusReply {
  const body = { type: 'error', status: '', status_code: 0, operation: '', error_code: code, error, metadata: null };
  return { status: code, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}
