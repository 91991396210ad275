import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './transcript.ts';

/** What real Incus was asked when the file was last written: `bin/node24 tools/transcripts.ts --write`. */
const file = join(import.meta.dirname, 'real-transcript.txt');

export const readRealTranscript = (): Line[] => readFileSync(file, 'utf8').trimEnd().split('\n');
export const writeRealTranscript = (lines: readonly Line[]): void => writeFileSync(file, `${lines.join('\n')}\n`);
