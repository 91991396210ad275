import type { FaultPort } from './faults.ts';
import type { IncusReply } from './incus/member.ts';

const HUGE_MB = 200;
const PIECE = Buffer.alloc(64 * 1024, ' ');
const HEADERS = { 'content-type': 'application/json' };
const HEAD =
  '{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":[';

type Asked = { server: string; path: string };

/** What a reader must survive: an answer in the place of the real one, or undefined. Each is for the path that its ARG names. */
export function spoiltAnswer(faults: FaultPort, { server, path }: Asked): IncusReply | undefined {
  const active = (fault: string): boolean => faults.active(fault, server, path) !== undefined;
  if (active('answers-garbage')) return { status: 200, headers: HEADERS, body: `${HEAD}{"name":"half-an-obj` };
  if (active('answers-endless')) return { status: 200, headers: HEADERS, body: '', pieces: endless() };
  if (active('answers-endless-list')) return { status: 200, headers: HEADERS, body: '', pieces: endlessList() };
  const huge = faults.active('answers-huge', server)?.arg ?? '';
  const [, megabytes = '', where = ''] = /^(?:(\d+) )?(\/.*)$/.exec(huge) ?? [];
  if (where !== path) return undefined;
  return { status: 200, headers: HEADERS, body: '', pieces: padded(Number(megabytes) || HUGE_MB) };
}

/** A real answer, its objects without one of their fields. */
export async function lackingAnswer(
  faults: FaultPort,
  { server, path }: Asked,
  reply: IncusReply,
): Promise<IncusReply> {
  const [field = '', where = ''] = faults.active('answers-lacking', server)?.arg?.split(' ') ?? [];
  if (where !== path || reply.status !== 200) return reply;
  const envelope = JSON.parse(await textOf(reply)) as { metadata: unknown }; // our own
  const lack = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== field))
      : value;
  const { metadata } = envelope;
  const { pieces: _pieces, ...rest } = reply;
  const body = JSON.stringify({ ...envelope, metadata: Array.isArray(metadata) ? metadata.map(lack) : lack(metadata) });
  return { ...rest, body: `${body}\n` };
}

async function textOf({ body, pieces }: IncusReply): Promise<string> {
  let text = body.toString();
  for await (const piece of pieces ?? []) text += piece.toString();
  return text;
}

/** White space is JSON, too: a reader that waits for the end waits for ever. */
function* endless(): Generator<Buffer> {
  yield Buffer.from(HEAD);
  for (;;) yield PIECE;
}

/** Objects without end, each of them in order. */
function* endlessList(): Generator<Buffer> {
  yield Buffer.from(`${HEAD}{"name":"endless0","project":"default"}`);
  for (let first = 1; ; first += 1_000) {
    let piece = '';
    for (let place = first; place < first + 1_000; place += 1)
      piece += `,{"name":"endless${place}","project":"default","description":"${'x'.repeat(100)}"}`;
    yield Buffer.from(piece);
  }
}

/** A list that is well formed, empty, and too large. */
function* padded(megabytes: number): Generator<Buffer> {
  yield Buffer.from(HEAD);
  for (let piece = 0; piece < megabytes * 16; piece += 1) yield PIECE;
  yield Buffer.from(']}\n');
}
