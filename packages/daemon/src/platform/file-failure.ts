const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use it, or a folder above it',
  EPERM: 'it belongs to somebody else',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'it is there already, and nothing is written over it',
  ELOOP: 'it is a link that leads nowhere',
  ENAMETOOLONG: 'its name is too long',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** Why the operating system refused, in words with its own code behind; the message as it is where we have none. */
export function fileReason(error: unknown, ours: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reason = ours[code] ?? reasons[code];
  return reason === undefined ? error.message : `${reason} (${code})`;
}
