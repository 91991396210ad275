import { Fault } from '@operations-center/contract';
import { type Fields, type Filter, FilterFailure, formatMistake, parseFilter } from '@operations-center/filter';

/** The filter of a list; undefined: none was given. What is wrong with it is told with its place. */
export function readFilter(text: string | undefined, fields: Fields): Filter | undefined {
  if (text === undefined || text === '') return undefined;
  const parsed = parseFilter(text, fields);
  if (parsed.ok) return parsed.filter;
  const [first] = parsed.mistakes;
  const shown = first === undefined ? '' : formatMistake(text, first);
  throw new Fault('filter_invalid', `Failed to compile filter expression: ${shown}`, {
    details: { mistakes: parsed.mistakes },
  });
}

/** Is it true of this object? A failure is that of the whole list, as in OC: one that is shorter than it should be helps nobody. */
export function isWanted(filter: Filter, object: unknown, nowMs: number): boolean {
  try {
    // What is shown of anything is a JSON object.
    return filter.holds(object as Record<string, unknown>, nowMs);
  } catch (error) {
    if (error instanceof FilterFailure) throw filterFailed(filter.text, error);
    throw error;
  }
}

export const filterFailed = (text: string, { message, range }: Pick<FilterFailure, 'message' | 'range'>): Fault =>
  new Fault('filter_failed', `Failed to execute filter expression: ${formatMistake(text, { ...range, message })}`);
