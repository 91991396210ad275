import { errorReply, syncReply } from '@operations-center/fleet-protocol';

/** IncusOS' answers: always synchronous, all seven keys always present. */
export type OsReply = { status: number; headers: Record<string, string>; body: string | Buffer };

const DEFAULT_TEXT: Record<number, string> = {
  403: 'not authorized',
  404: 'not found',
  409: 'already exists',
  501: 'not implemented',
  503: 'unavailable',
};

/** A refusal on its way out of a handler. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, text = DEFAULT_TEXT[status] ?? '') {
    super(text);
    this.name = 'Refusal';
    this.status = status;
  }
}

export function success(metadata: unknown = {}): OsReply {
  const body = `${JSON.stringify(syncReply(metadata))}\n`;
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** `status` may differ from the error code in one case only: wipe-drive answers 200 before it knows. */
export function refused(code: number, text = DEFAULT_TEXT[code] ?? '', status = code): OsReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
    body: `${JSON.stringify(errorReply(code, text))}\n`,
  };
}
