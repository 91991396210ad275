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
  const body = { type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}

/** `status` may differ from the error code in one case only: wipe-drive answers 200 before it knows. */
export function refused(code: number, text = DEFAULT_TEXT[code] ?? '', status = code): OsReply {
  const body = {
    type: 'error',
    status: '',
    status_code: 0,
    operation: '',
    error_code: code,
    error: text,
    metadata: null,
  };
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
    body: `${JSON.stringify(body)}\n`,
  };
}
