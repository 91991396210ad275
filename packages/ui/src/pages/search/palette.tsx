import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import styles from './palette.module.css';
import { nextIndex } from './palette.rules.ts';
import { type Line, usePlaces } from './use-places.ts';

/** As long as between two letters of who types. */
const debounceMs = 150;
/** As much as the daemon looks for. */
const longest = 200;

/** Goes to anything by its name, or by a word in it: a page, a server, who has this address. */
export function Palette({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('');
  const [searched] = useDebouncedValue(text.trim(), debounceMs);
  const { lines, isLooking, error, isMore } = usePlaces(text, searched);
  const [index, setIndex] = useState(0);
  const [isWanted, setWanted] = useState(false);
  const id = useId();
  const chosen = lines[Math.min(index, lines.length - 1)];

  const go = ({ to }: Line): void => {
    onClose();
    void to();
  };
  const press = (event: KeyboardEvent): void => {
    const { key } = event;
    // Typed and entered at once: what is shown was found for other words, so it waits for these.
    if (key === 'Enter' && isLooking && chosen?.isFound !== false) return setWanted(true);
    if (key === 'Enter' && chosen !== undefined) return go(chosen);
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
    event.preventDefault();
    setIndex(nextIndex(Math.min(index, lines.length - 1), key, lines.length));
  };
  useEffect(() => {
    if (!isWanted || isLooking) return;
    setWanted(false);
    if (chosen !== undefined) go(chosen);
  });
  const optionId = (line: Line | undefined): string | undefined =>
    line === undefined ? undefined : `${id}-${lines.indexOf(line)}`;
  const active = optionId(chosen);
  useEffect(() => {
    if (active !== undefined) document.getElementById(active)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={640}
      yOffset="10vh"
      title="Search"
      classNames={{ header: styles['hidden'] ?? '' }}
    >
      <input
        className={styles['input']}
        data-autofocus
        role="combobox"
        aria-expanded={lines.length > 0}
        aria-controls={id}
        aria-activedescendant={active}
        aria-autocomplete="list"
        aria-label="Search everything"
        placeholder="A name, an address, a MAC, a word"
        value={text}
        maxLength={longest}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          setIndex(0);
          setWanted(false);
        }}
        onKeyDown={press}
        autoComplete="off"
        spellCheck={false}
      />
      {error === null ? null : <ErrorNote error={error} />}
      <div className={styles['lines']} id={id} role="listbox" aria-label="Found" aria-busy={isLooking}>
        {lines.map((line, at) => (
          // biome-ignore lint: the keys are pressed in the box above, as in every combobox
          <div
            key={line.key}
            id={optionId(line)}
            className={styles['line']}
            role="option"
            aria-selected={line === chosen}
            tabIndex={-1}
            onMouseMove={() => setIndex(at)}
            onClick={() => go(line)}
          >
            <span className={styles['noun']}>{line.noun}</span>
            <span className={styles['what']}>
              <Name>{line.word}</Name>
            </span>
            <bdi className={styles['where']} title={line.where}>
              {line.where}
            </bdi>
          </div>
        ))}
      </div>
      <p className={styles['note']} role="status">
        {noteOf(text, lines.length, isLooking, isMore)}
      </p>
    </Modal>
  );
}

function noteOf(text: string, count: number, isLooking: boolean, isMore: boolean): string {
  if (text.trim() === '') return '↑ ↓ to choose, Enter to go there, Esc to close';
  if (isLooking) return 'Looking in the inventory';
  if (count === 0) return 'Nothing has these words. Words are found by how they begin: try a shorter one.';
  return isMore ? 'These are the best; more fit' : `${count} found`;
}
