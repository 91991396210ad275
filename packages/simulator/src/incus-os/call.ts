import { type OsReply, Refusal } from './envelope.ts';
import { decodeGo, GoDecodeError, isObject, type Json, parseGo, type Shape } from './go-json.ts';
import type { OsCall } from './incus-os.ts';

export type Handler = (call: OsCall) => OsReply | Promise<OsReply>;
/** One path with its methods. `{name}` matches one segment that does not begin with a colon. */
export type Route = { path: string; GET?: Handler; PUT?: Handler; POST?: Handler };

/** The URL of a resource as the caller sees it: with /os in front when asked through Incus. */
export const urlOf = (call: OsCall, path: string): string => `${call.prefix ?? ''}/1.0${path}`;

/** Reads a body. `status` is what IncusOS answers to nonsense here: 400 or 500, it differs by endpoint. */
export function bodyOf(call: OsCall, status: 400 | 500, empty: 'allowed' | 'refused' = 'refused'): Json {
  if (empty === 'allowed' && call.body.length === 0) return {};
  return orRefuse(status, () => {
    const value = parseGo(call.body);
    if (value === null) return {};
    if (isObject(value)) return value;
    throw new GoDecodeError(
      `json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct`,
    );
  });
}

/** Turns a decoding error into a refusal with the given status. */
export function orRefuse<T>(status: 400 | 500, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoDecodeError) throw new Refusal(status, error.message);
    throw error;
  }
}

/** The `config` of a body `{config, state}` in the given shape; key case is ignored, absent means all zero. */
export function configFrom(
  call: OsCall,
  shape: Shape & { kind: 'struct' },
  status: 400 | 500,
  empty: 'allowed' | 'refused' = 'refused',
): Json {
  const body = bodyOf(call, status, empty);
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'config');
  return orRefuse(status, () => decodeGo(shape, key === undefined ? undefined : body[key], 'config'));
}
