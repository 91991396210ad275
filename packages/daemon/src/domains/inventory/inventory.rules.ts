import { Fault } from '@operations-center/contract';

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in a path, as it is stored. */
export function readUuid(text: string): string {
  if (uuidForm.test(text)) return text.toLowerCase();
  throw new Fault('query_invalid', 'Bad Request: invalid UUID', {
    hint: 'A UUID looks like 3f9c1e00-0000-5000-8000-000000000000.',
  });
}
