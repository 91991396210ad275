import type { Template } from '@operations-center/documents';
import type { Terminal } from '../../call.ts';
import { printable } from '../../output/printable.ts';

/** What the author of a template should know, told before it is sent; what is wrong with it is told by the daemon. */
export async function warnOfTemplate(template: Template, terminal: Terminal): Promise<void> {
  const { checkTemplate } = await import('@operations-center/documents');
  for (const { message } of checkTemplate(template).warnings) terminal.stderr.write(`Warning: ${printable(message)}\n`);
}
