import { Code, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../data/api.ts';
import { webhooksQuery } from '../../data/webhooks.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Section } from '../../parts/section.tsx';
import { AddWebhook } from './add-webhook.tsx';
import { DeliveryList } from './delivery-list.tsx';
import styles from './settings.module.css';

type Asked = { what: 'add' } | { what: 'remove' | 'deliveries'; name: string };

/** Who is told of operations that came to rest. */
export function WebhookList() {
  const { data, error } = useQuery(webhooksQuery());
  const [asked, setAsked] = useState<Asked>();
  const queries = useQueryClient();
  const close = (): void => {
    setAsked(undefined);
    void queries.invalidateQueries({ queryKey: webhooksQuery().queryKey });
  };
  return (
    <Section title="Webhooks" actions={<ActButton onAct={() => setAsked({ what: 'add' })}>Add a webhook</ActButton>}>
      {error === null ? null : <ErrorNote error={error} />}
      {data?.length === 0 ? (
        <Text size="sm">
          There is none. A webhook is a URL that is told when an operation needs attention or fails; or{' '}
          <Code>operations-center system webhook add NAME URL</Code>
        </Text>
      ) : null}
      {data === undefined || data.length === 0 ? null : (
        <Rows
          name="Webhooks"
          heads={['Name', { title: 'URL', wide: true }, 'Waiting', 'Actions']}
          rows={data.map(({ name, url, waiting }) => ({
            key: name,
            cells: [
              <Name key="n">{name}</Name>,
              <Name key="u">{url}</Name>,
              waiting,
              <span key="a" className={styles['acts']}>
                <ActButton onAct={() => setAsked({ what: 'deliveries', name })}>Look</ActButton>
                <ActButton onAct={() => setAsked({ what: 'remove', name })}>Remove</ActButton>
              </span>,
            ],
          }))}
        />
      )}
      {asked?.what === 'add' ? <AddWebhook onClose={close} /> : null}
      {asked?.what === 'deliveries' ? <DeliveryList name={asked.name} onClose={close} /> : null}
      {asked?.what === 'remove' ? (
        <ConfirmByName
          title="Remove webhook"
          verb="Remove webhook"
          name={asked.name}
          act={() => ask('webhook_delete', { params: { name: asked.name } })}
          onClose={close}
        >
          <Text size="sm">It is told nothing more; what it was still to be told is dropped.</Text>
        </ConfirmByName>
      ) : null}
    </Section>
  );
}
