import { Button, Group, Modal, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../../data/api.ts';
import { ErrorNote } from '../../parts/error-note.tsx';

const dayMs = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();

/** How many servers, and for how long; it is in the list then. */
export function AddToken({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState({ uses: 3, days: 7, description: '', channel: '' });
  const make = useMutation({
    mutationFn: () =>
      ask('tokens_create', {
        body: {
          uses_remaining: form.uses,
          expire_at: inDays(form.days),
          description: form.description,
          channel: form.channel,
        },
      }),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Make a token" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <NumberInput
          size="xs"
          mb="xs"
          label="Servers that may register"
          min={1}
          value={form.uses}
          data-autofocus
          onChange={(uses) => setForm({ ...form, uses: Number(uses) })}
        />
        <NumberInput
          size="xs"
          mb="xs"
          label="Days that it holds"
          min={1}
          value={form.days}
          onChange={(days) => setForm({ ...form, days: Number(days) })}
        />
        <TextInput
          size="xs"
          mb="xs"
          label="Description"
          value={form.description}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, description: value })}
        />
        <TextInput
          size="xs"
          mb="sm"
          label="Update channel"
          placeholder="the default for servers"
          value={form.channel}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, channel: value })}
        />
        {make.error === null ? null : <ErrorNote error={make.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" size="xs" loading={make.isPending}>
            Make it
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
