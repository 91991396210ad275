import { OPERATION_CODES } from '@operations-center/fleet-protocol';
export type Operation = {
  id: string;
  class: 'task' | 'token';
  description: string;
  created_at: string;
  updated_at: string;
  status_code: number;
  resources: Record<string, string[] | null>;
  metadata: Record<string, unknown>;
  may_cancel: boolean;
  err: string;
  location: string;
  /** Events of an operation without project reach everybody. */
  project: string;
  finished: Promise<void>;
  settle: () => void;
};

export const STATUS: Record<number, string> = {
  [OPERATION_CODES.running]: 'Running',
  [OPERATION_CODES.pending]: 'Pending',
  [OPERATION_CODES.success]: 'Success',
  [OPERATION_CODES.failure]: 'Failure',
  [OPERATION_CODES.cancelled]: 'Cancelled',
};

export function shownOperation(operation: Operation): Record<string, unknown> {
  const { project: _p, finished: _f, settle: _s, status_code, ...rest } = operation;
  const { resources, metadata, may_cancel, err, location: place, ...head } = rest;
  const status = { status: STATUS[status_code], status_code };
  return { ...head, ...status, resources, metadata, may_cancel, err, location: place };
}
