import { Fault } from '@operations-center/contract';

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in a path, as it is stored. */
export function readUuid(text: string): string {
  if (uuidForm.test(text)) return text.toLowerCase();
  throw new Fault('query_invalid', 'Bad Request: invalid UUID', {
    hint: 'A UUID looks like 3f9c1e00-0000-5000-8000-000000000000.',
  });
}

/** Filter expressions come later; to ignore one would answer with what was not asked for. */
export function refuseFilter(filter: string | undefined): void {
  if (filter === undefined) return;
  throw new Fault(
    'inventory_filter_not_built',
    'Bad Request: filter expressions are not supported for the inventory yet',
  );
}
