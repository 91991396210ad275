import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { routes } from '@operations-center/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../../data/api.ts';
import { type SettingSection, settingsQuery } from '../../data/system.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Section } from '../../parts/section.tsx';
import styles from './settings.module.css';

const titles: Readonly<Record<SettingSection, string>> = {
  network: 'Network',
  settings: 'General',
  updates: 'Updates',
};

/** One part of the settings, a field for each; written as a whole, as the API does. */
export function SettingsForm({ section }: { section: SettingSection }) {
  const { data, error } = useQuery(settingsQuery(section));
  const [changes, setChanges] = useState<Record<string, unknown>>({});
  const save = useMutation({
    // The daemon says what is wrong with it; each section has its own shape.
    mutationFn: () => ask(`system_${section}_update`, { body: { ...data, ...changes } }),
    onSuccess: () => setChanges({}),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={titles[section]}>
      {error === null ? null : <ErrorNote error={error} />}
      <form onSubmit={submit} className={styles['form']}>
        {Object.entries(data ?? {}).map(([key, value]) => (
          <Field
            key={key}
            name={key}
            about={aboutOf(section, key)}
            value={changes[key] ?? value}
            onChange={(next) => setChanges((before) => ({ ...before, [key]: next }))}
          />
        ))}
        {save.error === null ? null : <ErrorNote error={save.error} onClose={() => save.reset()} />}
        <div>
          <Button
            type="submit"
            size="xs"
            variant="default"
            disabled={Object.keys(changes).length === 0}
            loading={save.isPending}
          >
            Save {titles[section].toLowerCase()} settings
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** What the API says of a field; empty where it says nothing. */
function aboutOf(section: SettingSection, key: string): string {
  const fields: Readonly<Record<string, { description?: string | undefined }>> =
    routes[`system_${section}_show`].answer.out.shape;
  return fields[key]?.description ?? '';
}

function Field({
  name,
  about,
  value,
  onChange,
}: {
  name: string;
  about: string;
  value: unknown;
  onChange(value: unknown): void;
}) {
  const label = name.replaceAll('_', ' ');
  if (typeof value === 'boolean')
    return (
      <Checkbox
        size="xs"
        label={label}
        description={about}
        checked={value}
        onChange={({ currentTarget: { checked } }) => onChange(checked)}
      />
    );
  if (typeof value === 'number')
    return (
      <NumberInput
        size="xs"
        label={label}
        description={about}
        value={value}
        onChange={(next) => onChange(Number(next))}
      />
    );
  if (typeof value === 'string')
    return (
      <TextInput
        size="xs"
        label={label}
        description={about}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  return null;
}
