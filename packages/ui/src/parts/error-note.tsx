import { Alert, Button, Group, Text } from '@mantine/core';
import { Refusal } from '../data/api.ts';

/** What went wrong in the daemon's own words, what to do, and what to search for. It stays, and can be copied whole. */
export function ErrorNote({ error, onClose }: { error: Error; onClose?: () => void }) {
  const { hint, code, request_id } = error instanceof Refusal ? error : { hint: '', code: '', request_id: '' };
  const marks = [code, request_id].filter((part) => part !== '').join(' · ');
  const whole = [error.message, hint, marks].filter((part) => part !== '').join('\n');
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      my="xs"
      title={<span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{error.message}</span>}
      withCloseButton={onClose !== undefined}
      closeButtonLabel="Dismiss"
      {...(onClose !== undefined && { onClose })}
    >
      {hint === '' ? null : <Text size="sm">{hint}</Text>}
      <Group gap="xs" mt={4}>
        <Text size="xs" ff="monospace">
          {marks}
        </Text>
        <Button size="compact-xs" variant="subtle" onClick={() => void navigator.clipboard.writeText(whole)}>
          Copy
        </Button>
      </Group>
    </Alert>
  );
}
