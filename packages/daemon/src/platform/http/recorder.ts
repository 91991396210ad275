import type { IncomingMessage } from 'node:http';
import { Fault } from '@operations-center/contract';
import { faultOf } from './admission.ts';
import type { Caller } from './answer.ts';

/** A change that somebody who is trusted asks for. */
export type AskedChange = {
  request_id: string;
  caller: Caller;
  /** `127.0.0.1:40112`; `@` for the unix socket. */
  address: string;
  /** Name of the route. */
  route: string;
  /** Its path, secrets cut short. */
  path: string;
  /** As it was sent; nobody has judged it yet. */
  body: Buffer | undefined;
};

export type ChangeOutcome = {
  status: number;
  /** Code of the fault, or empty. */
  code: string;
  /** Where what was made is, or empty. */
  location: string;
  /** The operation that goes on with it, or empty. */
  operation: string;
};

/** Keeps who changed what. */
export type Recorder = {
  /**
   * Kept before anything is tried; what it throws refuses the request. The outcome is told to what it returns, which
   * never rejects and resolves when it is kept: nobody is answered before, or a crash would make the record say less.
   */
  asked(change: AskedChange): Promise<(outcome: ChangeOutcome) => Promise<void>>;
};

/** Does `work`, recorded before and after. */
export async function recorded<T>(
  recorder: Recorder,
  change: AskedChange,
  work: () => Promise<T>,
  outcomeOf: (result: T) => ChangeOutcome,
): Promise<T> {
  const tell = await recorder.asked(change);
  try {
    const result = await work();
    await tell(outcomeOf(result));
    return result;
  } catch (error) {
    const { status, code, details } = faultOf(error);
    const operation = error instanceof Fault && typeof details['operation'] === 'string' ? details['operation'] : '';
    await tell({ status, code, location: '', operation });
    throw error;
  }
}

export const addressOf = ({ socket }: IncomingMessage, caller: Caller): string =>
  caller.protocol === 'unix' ? '@' : `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`;

/** Enough to tell one from another, too little to use it. */
export const cutShort = (secret: string): string => `${secret.slice(0, 8)}...`;
