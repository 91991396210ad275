import type { FrontDoor, Site } from './front-door.ts';
import type { IncusRequest, ServerCertificate } from './incus/member.ts';

export type DoorReply = { status: number; headers: Record<string, string>; body: Buffer };

/** An open address. Once it was closed, a new opening is another life: what was kept of the old one is cut. */
export type DoorLife = { readonly closed: AbortSignal };

/**
 * The fleet without sockets, for a harness that tries thousands of creations: the same servers behind the same sites,
 * asked by a call. What a connection would see is told: refused, cut, and which certificate is shown.
 */
export type InProcessDoor = FrontDoor & {
  /** Throws an Error with code ECONNREFUSED if nothing listens there. */
  connect(address: string): { life: DoorLife; certificate: ServerCertificate };
  /** Throws an Error with code ECONNRESET if the address closes before the answer is complete. */
  ask(address: string, request: IncusRequest): Promise<DoorReply>;
};

const MOST_BYTES = 512 * 1024 * 1024;

type Open = { site: Site; end: AbortController; life: DoorLife };

export function makeInProcessDoor(): InProcessDoor {
  const doors = new Map<string, Open>();
  const find = (address: string): Open => doors.get(address) ?? raise('ECONNREFUSED', 'connection refused');
  const close = (address: string) => {
    doors.get(address)?.end.abort();
    doors.delete(address);
  };
  return {
    open(address, site) {
      const end = new AbortController();
      doors.set(address, { site, end, life: { closed: end.signal } });
      return Promise.resolve();
    },
    close,
    closeAll: () => {
      for (const address of doors.keys()) close(address);
    },
    connect(address) {
      const { life, site } = find(address);
      return { life, certificate: site.certificate() };
    },
    async ask(address, request) {
      const { site, life } = find(address);
      const reply = await orCut(answerOf(site, request), life);
      site.answered();
      return reply;
    },
  };
}

async function answerOf(site: Site, request: IncusRequest): Promise<DoorReply> {
  const { status, headers, body, later, pieces } = await site.handle(request);
  site.served(request, status);
  if (pieces !== undefined) return { status, headers, body: await collect(pieces) };
  return { status, headers, body: Buffer.from(later === undefined ? body : await later) };
}

async function collect(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    all.push(piece);
    size += piece.length;
    // An answer without end is cut, as its reader would cut it.
    if (size > MOST_BYTES) raise('ECONNRESET', 'the answer is too large');
  }
  return Buffer.concat(all);
}

/** The work goes on behind a connection that was cut, as it does on a server. */
function orCut<T>(work: Promise<T>, { closed }: DoorLife): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = (): void => reject(failure('ECONNRESET', 'connection reset'));
    if (closed.aborted) cut();
    closed.addEventListener('abort', cut, { once: true });
    work.then(resolve, reject).finally(() => closed.removeEventListener('abort', cut));
  });
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function raise(code: string, message: string): never {
  throw failure(code, message);
}
