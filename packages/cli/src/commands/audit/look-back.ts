import type { AuditEntry } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { showTime } from '../../output/time.ts';

const mostAtOnce = 1_000;
/** Who waits longer than this is told how far it is. */
const patienceMs = 2_000;

type Wish = { api: Api; terminal: Terminal; query: Record<string, string>; limit: number };

/** Page after page, each with as many as matched among the entries that one page looks at, until there are enough. */
export async function lookBack({ api, terminal, query, limit }: Wish): Promise<AuditEntry[]> {
  const stopping = new AbortController();
  const release = terminal.onInterrupt(() => stopping.abort());
  const found: AuditEntry[] = [];
  let told = performance.now();
  let lookedBackTo = '';
  try {
    for (let cursor: string | undefined; ; ) {
      const page = { ...query, limit: String(Math.min(mostAtOnce, limit - found.length)), cursor };
      const { entries, cursor: next, looked_back_to } = await ask(api, page, stopping.signal);
      found.push(...entries);
      if (next === null || found.length >= limit) return found;
      cursor = next;
      lookedBackTo = looked_back_to ?? lookedBackTo;
      if (performance.now() - told < patienceMs) continue;
      told = performance.now();
      terminal.stderr.write(`looked back to ${showTime(lookedBackTo)}, found ${found.length}; Ctrl-C shows these\n`);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    const reached = lookedBackTo === '' ? '' : ` before ${showTime(lookedBackTo)}`;
    terminal.stderr.write(`stopped: what was written${reached} was not looked at\n`);
    return found;
  } finally {
    release();
  }
}

async function ask(api: Api, query: Record<string, string | undefined>, signal: AbortSignal) {
  const answer = await api.call('audit_list', { query, signal }).catch(async (error: unknown) => {
    throw await api.explain(error);
  });
  return api.unwrap(answer);
}
