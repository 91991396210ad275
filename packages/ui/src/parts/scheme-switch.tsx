import { NativeSelect, useMantineColorScheme } from '@mantine/core';

const words = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      size="xs"
      aria-label="Colours"
      value={colorScheme}
      data={Object.entries(words).map(([value, word]) => ({ value, label: `Colours: ${word}` }))}
      onChange={({ currentTarget: { value } }) => setColorScheme(value as keyof typeof words)} // one of our own options
    />
  );
}
