import type { Manifest } from '../platform/backup/manifest.ts';

/** What is in a backup, one line a file; artifacts together. */
export function describeFiles({ files }: Manifest): string {
  const artifacts = files.filter(({ path }) => path.startsWith('artifacts/'));
  const total = artifacts.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [
    ...files.filter((file) => !artifacts.includes(file)).map(({ path, bytes }) => [path, bytes] as const),
    ...(artifacts.length === 0 ? [] : [[`artifacts/ (${artifacts.length} files)`, total] as const]),
  ];
  return rows.map(([name, bytes]) => `  ${name.padEnd(28)} ${String(bytes).padStart(12)} bytes\n`).join('');
}
