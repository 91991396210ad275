import { Button, Code, Group, Modal, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ErrorNote } from './error-note.tsx';

/** Asks for the name of what will be lost before it is; stays open with the daemon's own words if that is refused. */
export function ConfirmByName({
  title,
  name,
  act,
  verb,
  onClose,
  children,
}: {
  title: string;
  /** What must be typed. */
  name: string;
  verb: string;
  act(): Promise<unknown>;
  onClose(isDone: boolean): void;
  /** What will be lost. */
  children: ReactNode;
}) {
  const [typed, setTyped] = useState('');
  const { mutate, isPending, error } = useMutation({ mutationFn: act, onSuccess: () => onClose(true) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed === name) mutate();
  };
  return (
    <Modal opened onClose={() => onClose(false)} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Text size="sm" component="div">
          {children}
        </Text>
        <TextInput
          my="sm"
          data-autofocus
          label={
            <>
              Its name, to be sure: <Code>{name}</Code>
            </>
          }
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
          autoComplete="off"
          spellCheck={false}
        />
        {error === null ? null : <ErrorNote error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="xs" onClick={() => onClose(false)}>
            Back
          </Button>
          <Button type="submit" color="red" size="xs" disabled={typed !== name} loading={isPending}>
            {verb}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
