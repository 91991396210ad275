import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { type EditorState, type Extension } from '@codemirror/state';
import { highlightActiveLine, hoverTooltip, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { DocumentProblem } from '@operations-center/contract';
import { EditorView, minimalSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import type { Schema } from '../../data/json-schema.ts';
import { placeAt } from './place.rules.ts';
import { aboutAt, keysAt, valuesAt } from './schema.rules.ts';
import styles from './yaml-editor.module.css';

export type YamlEditorParts = {
  label: string;
  value: string;
  onChange(value: string): void;
  problems: readonly DocumentProblem[];
  /** What may stand in it; without it nothing is offered. */
  schema: Schema | undefined;
};

/** An editor for a file that people write: offers keys and values, explains them, and shows what is wrong where it stands. Tab leaves it. */
export default function YamlEditor({ label, value, onChange, problems, schema }: YamlEditorParts) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  // The editor is made once: what changes is read where it is needed.
  const now = useRef({ onChange, schema });
  now.current = { onChange, schema };

  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      doc: value,
      extensions: [
        minimalSetup,
        lineNumbers(),
        highlightActiveLine(),
        yaml(),
        syntaxHighlighting(colours),
        look,
        EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) now.current.onChange(update.state.doc.toString());
        }),
        autocompletion({ override: [(context) => offer(context, now.current.schema)] }),
        explain(() => now.current.schema),
      ],
    });
    view.current = made;
    return () => made.destroy();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what was typed is in the editor itself
  }, [label]);

  // A text from elsewhere: an example, or a file that was dropped.
  useEffect(() => {
    const made = view.current;
    if (made === null || made.state.doc.toString() === value) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const made = view.current;
    if (made === null) return;
    made.dispatch(
      setDiagnostics(
        made.state,
        problems.map((problem) => toDiagnostic(made.state, problem)),
      ),
    );
  }, [problems]);

  return <div ref={place} className={styles['editor']} />;
}

function toDiagnostic({ doc }: EditorState, problem: DocumentProblem): Diagnostic {
  const { message, remedy, line, column, end_line, end_column } = problem;
  const at = (row: number | null, place: number | null): number => {
    const { from, to } = doc.line(Math.min(Math.max(row ?? 1, 1), doc.lines));
    return Math.min(from + Math.max((place ?? 1) - 1, 0), to);
  };
  const from = at(line, column);
  const to = Math.max(from, at(end_line ?? line, end_column ?? column));
  return { from, to, severity: 'error', message: remedy === undefined ? message : `${message}. ${remedy}` };
}

function offer({ state, pos, explicit }: CompletionContext, schema: Schema | undefined): CompletionResult | null {
  if (schema === undefined) return null;
  const { path, key } = placeAt(state.sliceDoc(0, pos));
  const word = /[\w.-]*$/.exec(state.sliceDoc(0, pos))?.[0] ?? '';
  if (word === '' && !explicit && key === undefined && pos > 0 && state.sliceDoc(pos - 1, pos) !== ' ') return null;
  const from = pos - word.length;
  if (key !== undefined) {
    const options = valuesAt(schema, [...path, key]).map(({ label }) => ({ label, type: 'constant' }));
    return options.length === 0 ? null : { from, options };
  }
  const options = keysAt(schema, path).map(({ label, about }) => ({
    ...{ label, type: 'property', apply: `${label}: ` },
    ...(about !== '' && { info: about }),
  }));
  return options.length === 0 ? null : { from, options, validFor: /^[\w.-]*$/ };
}

const explain = (schema: () => Schema | undefined): Extension =>
  hoverTooltip(({ state }, pos) => {
    const root = schema();
    if (root === undefined) return null;
    const line = state.doc.lineAt(pos);
    const { path, key } = placeAt(
      line.text.includes(':') ? state.sliceDoc(0, line.from + line.text.indexOf(':') + 1) : '',
    );
    const about = key === undefined ? undefined : aboutAt(root, [...path, key]);
    if (about === undefined) return null;
    return {
      pos: line.from + line.text.search(/\S|$/),
      above: true,
      create() {
        const dom = document.createElement('div');
        dom.className = styles['about'] ?? '';
        dom.textContent = [about.title, about.text].filter((part) => part !== '').join(': ');
        return { dom };
      },
    };
  });

/** The colours that the page has for states, which can be read on both grounds. */
const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName], color: 'var(--state-working)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--state-ready)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: 'var(--state-failed)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)' },
  { tag: [tags.meta, tags.typeName, tags.labelName, tags.invalid], color: 'var(--state-waiting)' },
]);

/** In the colours of the page, light and dark. */
const look = EditorView.theme({
  '&': { backgroundColor: 'var(--ground)', color: 'inherit', fontSize: '13px', height: '100%' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'var(--ground-2)', color: 'var(--quiet)', borderRight: '1px solid var(--edge)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--ground-3) 60%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'currentcolor' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '1px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--ground-2)',
    border: '1px solid var(--edge)',
    color: 'inherit',
    maxWidth: '420px',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mantine-primary-color-filled)',
    color: 'var(--mantine-color-white)',
  },
});
