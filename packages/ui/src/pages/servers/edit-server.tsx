import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import type { ServerAnswer } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ask } from '../../data/api.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { paths } from '../../paths.ts';

/** What can be set of a server; what is not shown stays as it is. */
export function EditServer({ server, onClose }: { server: ServerAnswer; onClose(): void }) {
  const [form, setForm] = useState(server);
  const navigate = useNavigate();
  const isMember = server.cluster !== '';
  const save = useMutation({
    mutationFn: async () => {
      const { public_connection_url, channel, description, properties, bmc_config } = form;
      await ask('server_update', {
        params: { name: server.name },
        // What is read is what is written.
        body: {
          public_connection_url,
          channel,
          description,
          properties: properties ?? {},
          bmc_config: bmc_config as object,
        },
      });
      if (form.name === server.name) return onClose();
      await ask('server_rename', { params: { name: server.name }, body: { name: form.name } });
      onClose();
      await navigate({ to: paths.server, params: { name: form.name } });
    },
  });
  const set = (key: 'name' | 'public_connection_url' | 'channel' | 'description') => ({
    value: form[key],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setForm((before) => ({ ...before, [key]: value })),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const fixed = isMember ? { disabled: true, description: `It follows its cluster ${server.cluster}.` } : {};
  return (
    <Modal opened onClose={onClose} title={`Edit ${server.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <TextInput size="xs" mb="xs" label="Name" data-autofocus {...set('name')} {...fixed} />
        <TextInput size="xs" mb="xs" label="Address for people" {...set('public_connection_url')} />
        <TextInput size="xs" mb="xs" label="Update channel" {...set('channel')} {...fixed} />
        <Textarea size="xs" mb="sm" label="Description" autosize minRows={2} maxRows={8} {...set('description')} />
        {save.error === null ? null : <ErrorNote error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" size="xs" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
