import { Alert, Text } from '@mantine/core';
import type { Operation, OperationFailure } from '@operations-center/contract';
import styles from './operation.module.css';

/** Why it turned back, and why it could not get back: server, step, cause, what to do. */
export function FailureNotes({ metadata: { failure, first_failure, warnings } }: Pick<Operation, 'metadata'>) {
  return (
    <>
      {first_failure === null ? null : <Failure title="Why it turned back" failure={first_failure} />}
      {failure === null ? null : (
        <Failure title={first_failure === null ? 'What failed' : 'Why it could not be taken back'} failure={failure} />
      )}
      {warnings.map(({ step, code, message }) => (
        <Text key={`${step} ${code} ${message}`} size="sm" className={styles['warning']}>
          <span aria-hidden="true">!</span> {message} <span className={styles['code']}>{code}</span>
        </Text>
      ))}
    </>
  );
}

const Failure = ({
  title,
  failure: { target, step, message, hint, code },
}: {
  title: string;
  failure: OperationFailure;
}) => (
  <Alert color="red" variant="light" role="alert" mb="xs" p="sm" title={title}>
    <Text size="sm" className={styles['message']}>
      {[target, step.split('/')[0]].filter((part) => part !== null).join(', ')}: {message}
    </Text>
    {hint === null ? null : <Text size="sm">{hint}</Text>}
    <span className={styles['code']}>{code}</span>
  </Alert>
);
