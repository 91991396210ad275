import {
  type CallOptions,
  makeClient,
  type RouteAnswer,
  type RouteName,
  type routes,
} from '@operations-center/contract';

type Routes = typeof routes;

/** A refusal of the daemon, in its own words. */
export class Refusal extends Error {
  readonly code: string;
  readonly hint: string;
  readonly request_id: string;
  readonly status: number;
  /** What a program can do something with: where in a filter the mistake is. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(fault: {
    code: string;
    message: string;
    hint: string;
    request_id: string;
    status: number;
    details?: Record<string, unknown>;
  }) {
    super(fault.message);
    this.name = 'Refusal';
    this.code = fault.code;
    this.hint = fault.hint;
    this.request_id = fault.request_id;
    this.status = fault.status;
    this.details = fault.details ?? {};
  }
}

const client = makeClient(async ({ method, path, headers, body, signal }) => {
  const reply = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }), signal: signal ?? null });
  return { status: reply.status, headers: Object.fromEntries(reply.headers), text: await reply.text() };
});

/** Calls a route of the contract and returns its metadata; a refusal is thrown. */
export async function ask<Name extends RouteName>(
  name: Name,
  options?: CallOptions<Routes[Name]>,
): Promise<RouteAnswer<Routes[Name]>> {
  return (await call(name, options)).metadata;
}

/** A page of a list: `next` is the cursor of the page after it, `total` how many there are on all of them, if that was asked. */
export async function askPage<Name extends RouteName>(name: Name, options: CallOptions<Routes[Name]>) {
  const { metadata, next, total } = await call(name, options);
  return { metadata, next, total };
}

/** Begins long work and returns the id of its operation, which goes on by itself. */
export async function begin<Name extends RouteName>(name: Name, options: CallOptions<Routes[Name]>): Promise<string> {
  const { operation } = await call(name, { ...options, query: { ...options.query, wait: 'false' } });
  return operation.split('/').at(-1) ?? '';
}

async function call<Name extends RouteName>(name: Name, options?: CallOptions<Routes[Name]>) {
  const result = await client(name, options);
  if (result.kind === 'ok') return result;
  if (result.kind === 'fault') throw new Refusal(result);
  throw new Refusal({
    ...{ code: 'answer_unreadable', message: `the answer to ${name} is none of Operations Center`, hint: '' },
    ...{ request_id: '', status: result.status },
  });
}
