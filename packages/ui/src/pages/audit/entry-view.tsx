import { Modal } from '@mantine/core';
import type { AuditEntry } from '@operations-center/contract';
import { Link } from '@tanstack/react-router';
import { Facts } from '../../parts/facts.tsx';
import { Name } from '../../parts/name.tsx';
import { Raw } from '../../parts/raw.tsx';
import { When } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { outcomeOf, whoOf } from './entry.rules.ts';

/** All that is known of one change. */
export function EntryView({ entry, onClose }: { entry: AuditEntry; onClose(): void }) {
  const { number, time, what, object, user, address, operation, request_id, plan } = entry;
  return (
    <Modal opened onClose={onClose} size="lg" title={`Entry ${number}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Facts
        of={[
          ['Time', <When key="t" at={time} />],
          ['What', <Name key="w">{what}</Name>],
          ['Object', object === '' ? null : <code key="o">{object}</code>],
          ['Who', user === '' ? whoOf(entry) : <code key="u">{user}</code>],
          ['From', address === '@' ? 'socket' : address],
          ['Outcome', outcomeOf(entry)],
          [
            'Operation',
            operation === '' ? null : (
              <Link key="p" to={paths.operation} params={{ id: operation }}>
                <Name>{operation}</Name>
              </Link>
            ),
          ],
          ['Plan', plan],
          ['Request', request_id === '' ? null : <code key="r">{request_id}</code>],
        ]}
      />
      <Raw name="The entry as JSON" document={entry} />
    </Modal>
  );
}
