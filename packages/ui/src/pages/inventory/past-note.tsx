import { Alert, Button } from '@mantine/core';
import { When } from '../../parts/time/when.tsx';

/** Nobody is to take for the present what was. */
export function PastNote({ asOf, onNow }: { asOf: string; onNow(): void }) {
  return (
    <Alert color="yellow" variant="light" role="status" p="xs" mb="xs">
      This is the past: what is shown is as it was on <When at={asOf} />.{' '}
      <Button size="compact-xs" variant="default" onClick={onNow}>
        Show it as it is now
      </Button>
    </Alert>
  );
}
