const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EACCES: 'This user may not use it, or a folder above it.',
  EPERM: 'It belongs to somebody else.',
  EISDIR: 'It is a folder.',
  ENOTDIR: 'A part of its path is no folder.',
  EEXIST: 'It is there already.',
  ELOOP: 'It is a link that leads nowhere.',
  ENAMETOOLONG: 'Its name is too long.',
  EROFS: 'The file system is read-only.',
  ENOSPC: 'There is no room left on the disk.',
};

/** Why the operating system refused, in a sentence; its own words where we have none. */
export function fileReason(error: unknown, ours: Readonly<Record<string, string>> = {}): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ours[code] ?? reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
