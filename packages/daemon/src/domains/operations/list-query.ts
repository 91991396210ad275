import { Fault, type operationRoutes, type RouteQuery } from '@operations-center/contract';
import type { OperationFilter, Place } from '@operations-center/workflow';

type Query = RouteQuery<typeof operationRoutes.operations_list>;

/** The query of the list as the engine's filter. */
export function toFilter({
  open,
  status,
  workflow,
  claim,
  cluster,
  server,
  since,
  limit,
  cursor,
}: Query): OperationFilter {
  const claims = [
    ...(cluster === undefined ? [] : [`cluster/${cluster}`]),
    ...(server === undefined ? [] : [`server/${server}`]),
    ...(claim === undefined ? [] : [claim]),
  ];
  return {
    limit,
    claims: [...new Set(claims)],
    ...(open === undefined ? {} : { open: open === 'true' }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  };
}

/** Where a list goes on: opaque to callers. */
export const cursorOf = ({ created_at, id }: Place): string => Buffer.from(`${created_at} ${id}`).toString('base64url');

function readCursor(cursor: string): Place {
  const match = /^(\d{1,16}) ([-0-9a-f]{36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new Fault('query_invalid', 'Bad Request: cursor: it is none that this list gave');
  }
  return { created_at: Number(match[1]), id: match[2] };
}

/** RFC 8288: the URL of the next page, with everything else that was asked. */
export function nextLink(path: string, query: Query, next: Place): string {
  const asked = Object.entries({ ...query, recursion: query.recursion ? '1' : undefined, cursor: cursorOf(next) })
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)]);
  return `<${path}?${new URLSearchParams(asked).toString()}>; rel="next"`;
}
