import { Alert, Text } from '@mantine/core';
import { Refusal } from '../data/api.ts';

/** What went wrong in the daemon's own words, what to do, and what to search for. */
export function ErrorNote({ error }: { error: Error }) {
  const { hint, code, request_id } = error instanceof Refusal ? error : { hint: '', code: '', request_id: '' };
  return (
    <Alert color="red" variant="light" title={error.message} role="alert">
      {hint === '' ? null : <Text size="sm">{hint}</Text>}
      <Text size="xs" c="dimmed" ff="monospace">
        {[code, request_id].filter((part) => part !== '').join(' · ')}
      </Text>
    </Alert>
  );
}
