import { StepFailure } from '@operations-center/workflow';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';

/** A failed call as the failure of a step: who, what was asked, why, and what to do. */
export function asStepFailure(error: unknown): unknown {
  if (!(error instanceof FleetFailure)) return error;
  return new StepFailure(error.kind, error.code, `${error.server}: ${error.reason}`, {
    hint: hints[error.code],
    details: { server: error.server, call: error.call, status: error.status ?? null },
    cause: error,
  });
}

const hints: Record<FleetFailure['code'], string> = {
  server_unreachable: 'Check that the server is on and that port 8443 can be reached from here.',
  server_timeout: 'The server did not answer in time: look at its load and at its console.',
  certificate_changed: 'The server shows a certificate we do not know. Find out why before trusting it.',
  not_an_incus_server: 'Something else answers at this address.',
  reply_too_large: 'The server answers more than can be right; look at it by hand.',
  bad_reply: 'The answer is not what Incus or IncusOS sends; look for something between us and the server.',
  refused: 'The server says why in its own words.',
};

/**
 * The same for taking back: a server or member that is down makes Incus answer 5xx, and what must be taken back is
 * waited for, visibly, until the policy ends.
 */
export async function untilServerCan<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const failure = asStepFailure(error);
    const isDown = error instanceof FleetFailure && error.code === 'refused' && (error.status ?? 0) >= 500;
    if (!isDown || !(failure instanceof StepFailure)) throw failure;
    throw new StepFailure('transient', failure.code, failure.message, {
      hint: hints.refused,
      details: failure.details,
      cause: error,
    });
  }
}

/** Runs calls to servers so that their failures are failures of the step. */
export async function onServer<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asStepFailure(error);
  }
}
