import { Modal, Text } from '@mantine/core';
import type { WebhookDelivery } from '@operations-center/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { ask } from '../../data/api.ts';
import { deliveriesQuery } from '../../data/webhooks.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Rows } from '../../parts/rows.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import type { State } from '../../parts/states.ts';
import { Age } from '../../parts/time/when.tsx';

const states: Readonly<Record<WebhookDelivery['state'], State>> = {
  waiting: 'waiting',
  delivered: 'ready',
  given_up: 'failed',
};

/** What a webhook was told lately, and whether it answers now. */
export function DeliveryList({ name, onClose }: { name: string; onClose(): void }) {
  const { data, error } = useQuery(deliveriesQuery(name));
  const tried = useMutation({ mutationFn: () => ask('webhook_test', { params: { name } }) });
  return (
    <Modal opened onClose={onClose} size="lg" title={`Webhook ${name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <ActButton because={tried.isPending ? 'it is being called' : undefined} onAct={() => tried.mutate()}>
        Send a test now
      </ActButton>
      {tried.error === null ? null : <ErrorNote error={tried.error} onClose={() => tried.reset()} />}
      {tried.data === undefined ? null : (
        <Text size="sm" role="status" my="xs">
          <StateBadge
            state={tried.data.delivered ? 'ready' : 'failed'}
            word={tried.data.delivered ? 'delivered' : 'not delivered'}
          />{' '}
          <bdi>{tried.data.answer}</bdi> (after {tried.data.duration_ms} ms)
        </Text>
      )}
      {error === null ? null : <ErrorNote error={error} />}
      {data?.length === 0 ? (
        <Text size="sm" mt="xs">
          It was told nothing yet.
        </Text>
      ) : null}
      {data === undefined || data.length === 0 ? null : (
        <Rows
          name="Deliveries"
          heads={['Event', 'State', 'When', { title: 'Last answer', wide: true }]}
          rows={data.map(({ id, event, state, attempts, at, last_answer }) => ({
            key: id,
            cells: [
              event.replaceAll('_', ' '),
              <StateBadge
                key="s"
                state={states[state]}
                word={`${state.replaceAll('_', ' ')}, ${attempts} ${attempts === 1 ? 'try' : 'tries'}`}
              />,
              <Age key="t" at={at} />,
              <bdi key="l" title={last_answer}>
                {last_answer}
              </bdi>,
            ],
          }))}
        />
      )}
    </Modal>
  );
}
