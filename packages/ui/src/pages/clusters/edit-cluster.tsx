import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import type { Cluster } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ask } from '../../data/api.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { paths } from '../../paths.ts';

/** Name, address, channel and description; what is not shown stays as it is. */
export function EditCluster({ cluster, onClose }: { cluster: Cluster; onClose(): void }) {
  const [form, setForm] = useState(cluster);
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: async () => {
      const { connection_url, channel, description, properties, config } = form;
      await ask('cluster_update', {
        params: { name: cluster.name },
        body: { connection_url, channel, description, properties: properties ?? {}, config },
      });
      if (form.name === cluster.name) return onClose();
      await ask('cluster_rename', { params: { name: cluster.name }, body: { name: form.name } });
      onClose();
      await navigate({ to: paths.cluster, params: { name: form.name } });
    },
  });
  const set = (key: 'name' | 'connection_url' | 'channel' | 'description') => ({
    value: form[key],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setForm((before) => ({ ...before, [key]: value })),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`Edit ${cluster.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <TextInput size="xs" mb="xs" label="Name" data-autofocus {...set('name')} />
        <TextInput size="xs" mb="xs" label="Address for people" {...set('connection_url')} />
        <TextInput size="xs" mb="xs" label="Update channel" {...set('channel')} />
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
