import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type Answer, type Call, refuse } from './control-call.ts';
import { churn, growCluster, truth } from './control-life.ts';
import { FAULTS, isFaultName } from './faults.ts';
import type { Fleet } from './fleet.ts';
import { isMishap, MISHAPS } from './mishaps.ts';
import type { SimulatedServer } from './simulated-server.ts';

const MAX_BODY = 64 * 1024;
/** Making one takes milliseconds and an answer lists them all: who wants more asks again. */
const MOST_AT_ONCE = 10_000;

export type Control = { url: string; close(): void };

/** The control API: plain HTTP, loopback only. Its paths are an interface (design §9). */
export function startControl(fleet: Fleet, listen: string): Promise<Control> {
  const { host, port } = parseListen(listen);
  const server = createServer((incoming, response) => {
    respond(fleet, incoming)
      .catch((error: Error): Answer => ({ status: 500, body: { error: error.message } }))
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify(body)}\n`);
      })
      .catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`cannot listen on --control ${listen}: ${cause.message}`, { cause })),
    );
    server.listen({ host, port }, () => resolve({ url: urlOf(server, host), close: () => closeNow(server) }));
  });
}

function parseListen(listen: string): { host: string; port: number } {
  const read = /^(?<host>127(?:\.\d{1,3}){3}|localhost|\[::1\]):(?<port>\d{1,5})$/.exec(listen)?.groups;
  if (read === undefined)
    throw new TypeError(
      `--control ${listen}: write a loopback address and a port, for example 127.0.0.1:7700 (0 = any free port)`,
    );
  return { host: (read['host'] ?? '').replace(/[[\]]/g, ''), port: Number(read['port']) };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function respond(fleet: Fleet, incoming: IncomingMessage): Promise<Answer> {
  const url = new URL(incoming.url ?? '/', 'http://control');
  const segments = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const call = { method: incoming.method ?? 'GET', segments, query: url.searchParams, body: await readJson(incoming) };
  // A page in somebody's browser must not steer the fleet.
  if (incoming.headers.origin !== undefined) return refuse(403, 'requests from web pages are refused');
  return route(fleet, call);
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming) {
    text += chunk;
    if (text.length > MAX_BODY) throw new Error(`the body is longer than ${MAX_BODY} bytes`);
  }
  return text === '' ? {} : JSON.parse(text);
}

async function route(fleet: Fleet, call: Call): Promise<Answer> {
  const { method, segments } = call;
  const [first, second, action] = segments;
  if (first === 'servers' && second === undefined) {
    if (method === 'GET')
      return {
        status: 200,
        body: fleet.servers().map((server) => ({ ...describeServer(server), status: server.status })),
      };
    if (method === 'POST') return addServers(fleet, call.body);
  }
  if (first === 'churn') return churn(fleet, call);
  if (first === 'servers' && second !== undefined && action === 'truth') return truth(fleet, call);
  if (first === 'servers' && second !== undefined && action === ':grow') return growCluster(fleet, call);
  if (first === 'servers' && second !== undefined && method === 'POST') return press(fleet, second, action);
  if (first === 'requests' && second === undefined) return requests(fleet, call);
  if (first === 'faults') return faults(fleet, call);
  if (first === 'mishaps' && second === undefined) return mishaps(fleet, call);
  return refuse(
    404,
    `no ${method} /${segments.join('/')}; there are /servers, /churn, /requests, /faults and /mishaps`,
  );
}

/** A server as the control API and the ready line show it. */
export function describeServer(server: SimulatedServer) {
  const address = server.address ?? '';
  const url = `https://${address}:8443`;
  return { name: server.name, address, url, fingerprint: server.certificate.fingerprint };
}

async function addServers(fleet: Fleet, body: unknown): Promise<Answer> {
  const count: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'count') : undefined;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE)
    return refuse(400, `count: a whole number from 1 to ${MOST_AT_ONCE} is expected; ask again for more`);
  const added = await fleet.add(count).catch((error: unknown) => {
    // There is no room for so many, and none was made.
    if (error instanceof RangeError) return error.message;
    throw error;
  });
  if (typeof added === 'string') return refuse(400, `count: ${added}`);
  // Registration goes on behind the answer; each one is announced as at the start.
  void fleet.boot(added);
  return { status: 201, body: added.map(describeServer) };
}

function press(fleet: Fleet, name: string, action: string | undefined): Answer {
  const server = fleet.find(name);
  if (server === undefined) return refuse(404, `there is no server '${name}'`);
  const buttons: Record<string, () => void> = {
    ':kill': () => server.kill(),
    ':start': () => server.start(),
    ':reboot': () => server.os.power.reboot(),
    ':power-off': () => server.os.power.powerOff(),
  };
  const button = action !== undefined && Object.hasOwn(buttons, action) ? buttons[action] : undefined;
  if (button === undefined)
    return refuse(404, `no such action; there are ${Object.keys(buttons).join(', ')} and :grow`);
  button();
  return { status: 200, body: { ...describeServer(server), status: server.status } };
}

function requests(fleet: Fleet, { method, query }: Call): Answer {
  if (method === 'GET') return { status: 200, body: fleet.log.list(query.get('server') ?? undefined) };
  if (method !== 'DELETE') return refuse(405, 'GET reads the log of requests, DELETE empties it');
  fleet.log.clear();
  return { status: 200, body: {} };
}

/** What befalls single calls: PUT takes the place of what was set before. */
function mishaps(fleet: Fleet, { method, body }: Call): Answer {
  if (method === 'GET') return { status: 200, body: { met: fleet.mishaps.met(), known: MISHAPS } };
  if (method !== 'PUT') return refuse(405, 'GET shows the mishaps that were met, PUT sets those to come');
  if (!Array.isArray(body) || !body.every(isMishap)) {
    const names = Object.keys(MISHAPS).join(', ');
    return refuse(400, `expected a list of {server, method, path, nth, what}; what is one of ${names}`);
  }
  fleet.mishaps.set(body);
  return { status: 200, body: {} };
}

function faults(fleet: Fleet, { method, segments, body }: Call): Answer {
  if (method === 'GET' && segments.length === 1)
    return { status: 200, body: { active: fleet.faults.list(), known: FAULTS } };
  const [name = '', server = ''] = (segments[1] ?? '').split(/@(.*)/s);
  if (!isFaultName(name))
    return refuse(404, `there is no fault '${name}'; there are ${Object.keys(FAULTS).join(', ')}`);
  if (server !== '*' && fleet.find(server) === undefined) return refuse(404, `there is no server '${server}'`);
  if (method === 'DELETE')
    return fleet.faults.clear(name, server) ? { status: 200, body: {} } : refuse(404, `${name}@${server} is not set`);
  if (method !== 'PUT') return refuse(405, 'PUT sets a fault, DELETE clears it');
  const arg: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'arg') : undefined;
  fleet.faults.set({
    name,
    server,
    ...(arg === undefined || arg === null ? {} : { arg: typeof arg === 'string' ? arg : JSON.stringify(arg) }),
  });
  return { status: 200, body: {} };
}
