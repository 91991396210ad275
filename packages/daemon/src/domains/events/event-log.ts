import type { AnyTx } from '@operations-center/database';
import type { LifecycleMetadata, NewEvent } from './event.ts';

/** Where services say what happened. */
export type EventLog = {
  /** Says it inside the caller's write: it is told if the write is kept, once, and never without it. */
  append(tx: AnyTx, event: NewEvent): Promise<void>;
  /** A change of one of our objects, now. */
  changed(tx: AnyTx, metadata: LifecycleMetadata): Promise<void>;
};
