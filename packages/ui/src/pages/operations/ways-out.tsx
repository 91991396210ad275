import { Text } from '@mantine/core';
import type { Operation, OperationExit, OperationWayOut } from '@operations-center/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clustersOf } from '../../data/operation.rules.ts';
import { takeExit } from '../../data/operations.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import styles from './operation.module.css';

const words: Readonly<Record<OperationExit, string>> = {
  cancel: 'Cancel',
  retry: 'Try again',
  finish: 'Go forward again',
  skip: 'Skip',
  resume: 'Resume',
  undo: 'Take back',
  leave: 'Leave as it stands',
};

/** The ways out that there are now, each with what it means; what loses something asks for the name first. */
export function WaysOut({ operation, isOff }: { operation: Operation; isOff: string | undefined }) {
  const [asked, setAsked] = useState<OperationWayOut>();
  const queries = useQueryClient();
  const take = async (exit: OperationExit): Promise<void> => {
    await takeExit(operation.id, exit);
    await queries.invalidateQueries({ queryKey: ['operations'] });
  };
  const { mutate, error, isPending } = useMutation({ mutationFn: take });
  const { ways_out } = operation.metadata;
  if (ways_out.length === 0) return <Text size="sm">It is over: nothing can be done to it any more.</Text>;
  return (
    <>
      <ul className={styles['exits']}>
        {ways_out.map((way) => (
          <li key={way.exit}>
            <ActButton
              fullWidth
              because={isPending ? 'another way out is taken' : isOff}
              onAct={() => (way.loses ? setAsked(way) : mutate(way.exit))}
            >
              {words[way.exit]}
            </ActButton>
            <Text size="xs">It {way.does}.</Text>
          </li>
        ))}
      </ul>
      {error === null ? null : <ErrorNote error={error} />}
      {asked === undefined ? null : (
        <ConfirmByName
          title={words[asked.exit]}
          verb={words[asked.exit]}
          name={clustersOf(operation)[0] ?? operation.id.slice(0, 6)}
          act={() => take(asked.exit)}
          onClose={() => setAsked(undefined)}
        >
          It {asked.does}. This does not come back by itself.
        </ConfirmByName>
      )}
    </>
  );
}
