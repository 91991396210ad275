import { Alert, Code } from '@mantine/core';
import { useLive } from '../data/live-provider.tsx';
import { When } from './time/when.tsx';

/** Says that what is shown may be old, and why; nothing while all is well. */
export function ConnectionNote() {
  const { state, since } = useLive();
  if (state === 'lost')
    return (
      <Alert color="gray" variant="outline" role="status" mb="xs" p="xs">
        No connection to Operations Center since <When ms={since} />: what is shown is from before. It is tried again.
      </Alert>
    );
  if (state === 'signed-out')
    return (
      <Alert color="gray" variant="outline" role="status" mb="xs" title="This browser is not signed in">
        Make a link that signs it in, once, and open it here: <Code>operations-center ui</Code>
      </Alert>
    );
  return null;
}
