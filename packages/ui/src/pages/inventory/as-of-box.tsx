import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useUtc } from '../../parts/time/utc.ts';
import { fromBox, toBox } from './search.rules.ts';

/** A time; empty: now. Taken when it is left or with Enter: half a date is none. */
export function AsOfBox({
  value,
  onChange,
  label = 'As of',
}: {
  value: string;
  onChange(iso: string): void;
  label?: string;
}) {
  const isUtc = useUtc();
  const [text, setText] = useState(toBox(value, isUtc));
  useEffect(() => setText(toBox(value, isUtc)), [value, isUtc]);
  const take = (): void => {
    const iso = fromBox(text, isUtc);
    if (iso === '' ? value !== '' : toBox(iso, isUtc) !== toBox(value, isUtc)) onChange(iso);
  };
  return (
    <TextInput
      type="datetime-local"
      step={1}
      size="xs"
      aria-label={isUtc ? `${label}, in UTC` : label}
      leftSection={<span style={{ fontSize: 12, whiteSpace: 'nowrap' }}>{label}</span>}
      leftSectionWidth={label.length * 7 + 16}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={take}
      onKeyDown={({ key }) => key === 'Enter' && take()}
    />
  );
}
