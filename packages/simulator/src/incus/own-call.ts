import { dispatch } from './dispatch.ts';
import type { Machine } from './machine.ts';

export type OwnReply = { status: number; error: string; metadata: unknown };

/** A request from within, as over the daemon's own socket: trusted, and past all faults of the network. */
export async function ownCall(machine: Machine, method: string, url: string, body?: unknown): Promise<OwnReply> {
  const [path = '', query = ''] = url.split('?');
  const reply = await dispatch(machine, {
    method,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    clientFingerprint: undefined,
    clientCertificatePem: undefined,
    local: true,
    signal: new AbortController().signal,
  });
  const text = reply.pieces === undefined ? reply.body.toString() : await textOf(reply.pieces);
  const { error, metadata } = JSON.parse(text) as { error?: string; metadata: unknown }; // our own envelope
  return { status: reply.status, error: error ?? '', metadata };
}

async function textOf(pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece.toString();
  return text;
}
