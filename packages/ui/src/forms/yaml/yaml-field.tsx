import { Button, FileButton, Skeleton } from '@mantine/core';
import type { DocumentProblem } from '@operations-center/contract';
import { type DragEvent, lazy, Suspense, useState } from 'react';
import type { Schema } from '../../data/json-schema.ts';
import styles from './yaml-editor.module.css';

// A third of all code: it comes when an editor is opened first.
const YamlEditor = lazy(() => import('./yaml-editor.tsx'));

/** As much as the daemon reads. */
const mostBytes = 1024 * 1024;

/** A file to write: an editor, an example to begin with, a file to take over – chosen, or dropped onto it. */
export function YamlField(parts: {
  label: string;
  value: string;
  onChange(value: string): void;
  problems: readonly DocumentProblem[];
  /** It was looked through, and nothing is wrong. */
  isFine: boolean;
  schema: Schema | undefined;
  example: string;
}) {
  const { label, value, onChange, problems, isFine, schema, example } = parts;
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState('');

  async function take(file: File | null | undefined): Promise<void> {
    if (file === null || file === undefined) return;
    if (file.size > mostBytes) return setRefusal(`${file.name} has ${file.size} bytes; at most ${mostBytes} are read`);
    setRefusal('');
    onChange(await file.text());
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };

  return (
    <div
      className={styles['frame']}
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={styles['head']}>
        <span>{label}</span>
        <span>
          {value === '' ? (
            <Button size="compact-xs" variant="default" onClick={() => onChange(example)}>
              Begin with an example
            </Button>
          ) : null}
          <FileButton onChange={(file) => void take(file)} accept=".yaml,.yml,.json">
            {(props) => (
              <Button size="compact-xs" variant="default" {...props} aria-label={`Take a file for ${label}`}>
                Take a file
              </Button>
            )}
          </FileButton>
        </span>
      </div>
      <Suspense fallback={<Skeleton height={320} />}>
        <YamlEditor label={label} value={value} onChange={onChange} problems={problems} schema={schema} />
      </Suspense>
      {refusal === '' ? null : <p role="alert">{refusal}</p>}
      <ul className={styles['problems']} aria-label={`What is wrong in ${label}`}>
        {problems.map(({ line, column, message, remedy }) => (
          <li key={`${line} ${column} ${message}`}>
            {line === null ? '' : `${line}:${column}: `}
            {message}
            {remedy === undefined ? '' : `. ${remedy}`}
          </li>
        ))}
      </ul>
      {isFine && value.trim() !== '' ? <p className={styles['fine']}>✓ Nothing is wrong with it by itself.</p> : null}
    </div>
  );
}
