/** Values of these keys are never shown: an error travels into tickets and chats. */
const secretKey =
  /(?:^|[.\s"'_{,-])(?:password|passphrase|secret|token|key|private_key|credentials?|user-data|vendor-data)["']?\s*:/i;
/** Up to its end, or to that of the text. */
const pemBlock = /-----BEGIN[\s\S]*?(?:-----END[^\n]*|$(?![\s\S]))/g;
const base64Line = /^\s*[A-Za-z0-9+/=]{40,}\s*$/;

/** The lines of a document with its secrets taken out; each line stays where it is. */
export function maskedLines(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(pemBlock, maskBlock)
    .split(/\r?\n/);
  let below: number | undefined;
  return lines.map((line) => {
    const indent = line.search(/\S/);
    // What stands further to the right below a secret key is its value.
    if (below !== undefined && (indent < 0 || indent > below)) return indent < 0 ? '' : `${' '.repeat(indent)}…`;
    const found = secretKey.exec(line);
    below = undefined;
    if (base64Line.test(line)) return `${' '.repeat(indent)}…`;
    if (found === null) return line;
    const end = found.index + found[0].length;
    const value = line.slice(end).trim();
    if (value === '' || /^[|>][-+0-9]*(?:\s+#.*)?$/.test(value)) {
      below = indent;
      return line;
    }
    return `${line.slice(0, end)} …`;
  });
}

const maskBlock = (block: string): string => block.replace(/^([^\S\n]*)\S.*$/gm, '$1…');
