import type { PlannedCall, PlannedStep } from '@operations-center/contract';
import { Section } from '../../parts/section.tsx';
import { changeText, type PlanGroup, type PlanLine } from './plan.rules.ts';
import styles from './plan-view.module.css';

/** One phase: each line opens to what is done on which server. */
export function PlanGroupView({ group: { title, lines } }: { group: PlanGroup }) {
  return (
    <Section title={title}>
      {lines.map((line) => (
        <details key={line.what} className={styles['line']}>
          <summary>
            <LineHead line={line} />
          </summary>
          {line.steps.map((step) => (
            <StepView key={step.key} step={step} />
          ))}
        </details>
      ))}
    </Section>
  );
}

const LineHead = ({ line: { sign, what, detail, undo, isUndone } }: { line: PlanLine }) => (
  <>
    <span className={styles['sign']} data-sign={sign}>
      {sign}
    </span>
    <span className={styles['what']}>{what}</span>
    <bdi className={styles['detail']}>{detail}</bdi>
    <span className={styles['undo']} data-lost={!isUndone}>
      {isUndone ? `undo: ${undo}` : `! not undone: ${undo}`}
    </span>
  </>
);

function StepView({ step: { about, changes, calls, already } }: { step: PlannedStep }) {
  return (
    <div className={styles['step']}>
      <div>{about}</div>
      <ul>
        {changes.map((change) => (
          <li key={change.what}>{changeText(change)}</li>
        ))}
        {already.map((name) => (
          <li key={name}>= {name} is as wanted already</li>
        ))}
      </ul>
      {calls.map((call) => (
        <CallView key={`${call.server} ${call.method} ${call.path}`} call={call} />
      ))}
    </div>
  );
}

const CallView = ({ call: { server, method, path, body } }: { call: PlannedCall }) => (
  <details className={styles['call']}>
    <summary>
      {server}: {method} {path}
    </summary>
    <pre>{JSON.stringify(body, null, 2)}</pre>
  </details>
);
