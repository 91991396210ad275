import { Switch } from '@mantine/core';
import { setUtc, useUtc } from './utc.ts';

export function UtcSwitch() {
  const isUtc = useUtc();
  return (
    <Switch
      size="xs"
      label="Times in UTC"
      checked={isUtc}
      onChange={({ currentTarget: { checked } }) => setUtc(checked)}
    />
  );
}
