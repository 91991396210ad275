import { Button, Checkbox, Group, Modal, Text, TextInput } from '@mantine/core';
import type { WebhookEvent } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../../data/api.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Raw } from '../../parts/raw.tsx';

const events: readonly WebhookEvent[] = ['needs_attention', 'paused', 'failed', 'cancelled', 'finished', 'left'];

/** A URL, and what it is told of; the secret that was made is shown this once. */
export function AddWebhook({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState({ name: '', url: '', events: ['needs_attention', 'paused', 'failed'] });
  const add = useMutation({
    // The boxes have these values alone.
    mutationFn: () => ask('webhooks_create', { body: { ...form, events: form.events as WebhookEvent[] } }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  if (add.data !== undefined) return <Made secret={add.data.secret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="Add a webhook" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <TextInput
          size="xs"
          mb="xs"
          label="Name"
          data-autofocus
          value={form.name}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, name: value })}
        />
        <TextInput
          size="xs"
          mb="xs"
          label="URL"
          placeholder="https://…"
          value={form.url}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, url: value })}
        />
        <Checkbox.Group
          size="xs"
          mb="sm"
          label="It is told of operations that"
          value={form.events}
          onChange={(next) => setForm({ ...form, events: next })}
        >
          {events.map((event) => (
            <Checkbox key={event} size="xs" mt={4} value={event} label={words[event]} />
          ))}
        </Checkbox.Group>
        {add.error === null ? null : <ErrorNote error={add.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" size="xs" loading={add.isPending}>
            Add webhook
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

const words: Readonly<Record<WebhookEvent, string>> = {
  needs_attention: 'need attention',
  paused: 'pause',
  failed: 'fail',
  cancelled: 'were cancelled',
  finished: 'finish',
  left: 'were left as they are',
};

function Made({ secret, onClose }: { secret: string; onClose(): void }) {
  return (
    <Modal opened onClose={onClose} title="The webhook is there" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text size="sm" mb="xs">
        Its secret signs what is sent to it. Give it to the receiver now: it is not shown again.
      </Text>
      <Raw name="Secret" document={secret} />
      <Group justify="flex-end" mt="sm">
        <Button size="xs" onClick={onClose}>
          I have it
        </Button>
      </Group>
    </Modal>
  );
}
