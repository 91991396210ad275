import { type Condition, canFail, type Filter, joinConditions, splitConditions } from '@operations-center/filter';

/** What has an index: decision 31. */
const indexed = new Set(['cluster', 'server', 'project_name', 'parent_name', 'name', 'object.status', 'uuid']);

export const isIndexed = ({ equalOf }: Condition): boolean => equalOf !== undefined && indexed.has(equalOf.join('.'));

/**
 * The conditions that an index answers, and whether they are all there is. One behind a condition that may fail does not
 * count: it would leave out the row that fails.
 */
export function splitIndexed(filter: Filter): { indexed: Filter | undefined; isAll: boolean } {
  const conditions = splitConditions(filter);
  const failing = conditions.findIndex((condition) => canFail(condition.filter));
  const usable = (failing === -1 ? conditions : conditions.slice(0, failing)).filter(isIndexed);
  return { indexed: joinConditions(filter, usable), isAll: usable.length === conditions.length };
}
