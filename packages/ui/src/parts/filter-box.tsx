import { Autocomplete } from '@mantine/core';
import { useEffect, useState } from 'react';
import { completeFilter } from './filter-box.rules.ts';

/** An expression as the API takes it; it is asked when Enter is pressed or the box is left. What is wrong with it the daemon says. */
export function FilterBox({
  fields,
  value,
  onChange,
  example = 'name startsWith "a" and status != "ready"',
}: {
  fields: readonly string[];
  value: string;
  onChange(value: string): void;
  /** One that is right for what is listed. */
  example?: string;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <Autocomplete
      size="xs"
      aria-label="Filter"
      placeholder={`Filter, for example: ${example}   (fields: ${fields.slice(0, 6).join(', ')} …)`}
      value={text}
      onChange={setText}
      data={completeFilter(text, fields)}
      // All of them stand at the end of what is written: nothing is to be filtered again.
      filter={({ options }) => options}
      onBlur={() => text.trim() !== value && onChange(text.trim())}
      onKeyDown={({ key }) => key === 'Enter' && onChange(text.trim())}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      spellCheck={false}
      clearable
      onClear={() => onChange('')}
    />
  );
}
