import { Fault } from '@operations-center/contract';
import { microseconds } from './microseconds.ts';

const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** The time of which the inventory is asked, in microseconds; one of which nothing can be known is refused. */
export function askedTime(text: string, nowMs: number, keptSince: number): number {
  const ms = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Fault('inventory_time_invalid', `Bad time "${text.slice(0, 64)}": it is not RFC 3339`);
  const at = microseconds(text);
  if (ms > nowMs) throw new Fault('inventory_time_future', `Bad time "${text}": it has not come yet`);
  if (at < keptSince) {
    const since = new Date(Math.ceil(keptSince / 1_000)).toISOString();
    throw new Fault('inventory_time_not_kept', `Nothing is known of ${text}: versions are kept since ${since}`, {
      details: { kept_since: since },
    });
  }
  return at;
}
