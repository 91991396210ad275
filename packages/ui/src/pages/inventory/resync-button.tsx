import type { InventoryKind } from '@operations-center/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { resyncObject } from '../../data/inventory.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';

/** Asks Incus itself, for what no event tells. */
export function ResyncButton({ kind, uuid, isPast }: { kind: InventoryKind; uuid: string; isPast: boolean }) {
  const queries = useQueryClient();
  const { mutate, isPending, isSuccess, error, reset } = useMutation({
    mutationFn: () => resyncObject(kind, uuid),
    // Also when it failed: that it is gone is an answer.
    onSettled: () => queries.invalidateQueries({ queryKey: ['inventory', 'one', uuid] }),
  });
  const because = isPast ? 'the past is shown' : isPending ? 'Incus is being asked' : undefined;
  return (
    <>
      {isSuccess ? <span role="status">Incus was asked.</span> : null}
      <ActButton because={because} onAct={() => mutate()}>
        Ask Incus now
      </ActButton>
      {error === null ? null : <ErrorNote error={error} onClose={reset} />}
    </>
  );
}
