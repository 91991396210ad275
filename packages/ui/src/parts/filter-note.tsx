import { Alert, Button, Text } from '@mantine/core';
import { Refusal } from '../data/api.ts';
import { ErrorNote } from './error-note.tsx';
import { corrected, readMistakes, sentenceOf, splitAt } from './filter-mistake.rules.ts';
import styles from './filter-note.module.css';

/** Why a list could not be read; if its filter is wrong, where in it, and with what it would be right. */
export function FilterNote({
  error,
  filter,
  onFilter,
}: {
  error: Error;
  filter: string;
  onFilter(filter: string): void;
}) {
  const [mistake] = error instanceof Refusal ? readMistakes(error.details) : [];
  if (!(error instanceof Refusal) || mistake === undefined) return <ErrorNote error={error} />;
  const [before, wrong, behind] = splitAt(filter, mistake);
  const { suggestion } = mistake;
  return (
    <Alert color="red" variant="light" role="alert" my="xs" p="xs">
      <code className={styles['text']}>
        {before}
        <mark className={styles['wrong']}>{wrong}</mark>
        {behind}
      </code>
      <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
        At character {mistake.start + 1}: {sentenceOf(mistake)}{' '}
        {suggestion === undefined ? null : (
          <Button size="compact-xs" variant="default" onClick={() => onFilter(corrected(filter, mistake))}>
            Write {suggestion}
          </Button>
        )}
      </Text>
      <Text size="sm">{error.hint}</Text>
      <Text size="xs" ff="monospace" mt={4}>
        {error.code} · {error.request_id}
      </Text>
    </Alert>
  );
}
