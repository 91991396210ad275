import { type Answer, type Call, refuse } from './control-call.ts';
import type { Fleet } from './fleet.ts';
import { TRUE_KINDS } from './incus/truth.ts';

const MOST_INSTANCES = 10_000;
const MOST_PROJECTS = 1_000;
const FASTEST = 10_000;
const MOST_CHANGES = 100_000;

const field = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;

/** A whole number of the body; a text says what is wrong with it. */
function wholeOf(body: unknown, name: string, most: number, otherwise?: number): number | string {
  const value = field(body, name) ?? otherwise;
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
  return fits ? value : `${name}: a whole number from 0 to ${most} is expected`;
}

/** `POST /servers/NAME/:grow`: the cluster that this server is in (or the server alone) is filled now. */
export function growCluster(fleet: Fleet, { method, segments, body }: Call): Answer {
  const server = fleet.find(segments[1] ?? '');
  if (server === undefined) return refuse(404, `there is no server '${segments[1]}'`);
  if (method !== 'POST') return refuse(405, 'POST fills the cluster');
  const instancesPerServer = wholeOf(body, 'instances_per_server', MOST_INSTANCES);
  const projects = wholeOf(body, 'projects', MOST_PROJECTS, 3);
  if (typeof instancesPerServer === 'string') return refuse(400, instancesPerServer);
  if (typeof projects === 'string') return refuse(400, projects);
  try {
    server.incus.grow({ seed: fleet.seed, instancesPerServer, projects });
  } catch (error) {
    if (error instanceof TypeError) return refuse(409, `cannot grow: ${error.message}`);
    throw error;
  }
  return { status: 200, body: {} };
}

/** `GET /servers/NAME/truth?kind=…`: all that its cluster holds, or only the kinds that are named. */
export async function truth(fleet: Fleet, { method, segments, query }: Call): Promise<Answer> {
  const server = fleet.find(segments[1] ?? '');
  if (server === undefined) return refuse(404, `there is no server '${segments[1]}'`);
  if (method !== 'GET') return refuse(405, 'GET tells the truth; it cannot be set');
  const kinds = query.getAll('kind');
  const unknown = kinds.find((kind) => !TRUE_KINDS.includes(kind));
  if (unknown !== undefined) return refuse(400, `there is no kind '${unknown}'; there are ${TRUE_KINDS.join(', ')}`);
  return { status: 200, body: await server.incus.truth(kinds.length === 0 ? TRUE_KINDS : kinds) };
}

/** `GET|PUT /churn` and `POST /churn/:step`: changes that go on by themselves, or so many now. */
export async function churn(fleet: Fleet, { method, segments, body }: Call): Promise<Answer> {
  const told = (): Answer => ({ status: 200, body: fleet.churn.state() });
  if (segments[1] === ':step') {
    if (method !== 'POST') return refuse(405, 'POST makes changes');
    const changes = wholeOf(body, 'changes', MOST_CHANGES);
    if (typeof changes === 'string') return refuse(400, changes);
    await fleet.churn.step(changes);
    return told();
  }
  if (segments[1] !== undefined) return refuse(404, 'there are /churn and /churn/:step');
  if (method === 'GET') return told();
  if (method !== 'PUT') return refuse(405, 'GET shows how the clusters change, PUT sets it');
  const rate = field(body, 'rate') ?? fleet.churn.state().rate;
  const paused = field(body, 'paused') ?? false;
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= FASTEST))
    return refuse(400, `rate: a number of changes per second from 0 to ${FASTEST} is expected`);
  if (typeof paused !== 'boolean') return refuse(400, 'paused: true or false is expected');
  await fleet.churn.set({ rate, paused });
  return told();
}
