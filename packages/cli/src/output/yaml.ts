/** YAML as OC prints it (go-yaml's style), so that what is piped into files and tools stays the same text. */

/** `step` is 4 for lists and 2 for single objects. Ends with a newline. */
export function writeYaml(value: unknown, step: 2 | 4): string {
  if (isMap(value) && Object.keys(value).length > 0) return mapLines(value, 0, step).join('\n').concat('\n');
  if (Array.isArray(value) && value.length > 0) return listLines(value, 0, step).join('\n').concat('\n');
  return `${scalar(value, '', 0, step)}\n`;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Below a list's dash the text moves by two, everywhere else to the next multiple of the step. */
const nextIndent = (indent: number, step: number): number => step * Math.floor((indent + step) / step);

function mapLines(map: Record<string, unknown>, indent: number, step: number): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    const head = `${' '.repeat(indent)}${plainOrQuoted(key)}:`;
    const inner = nextIndent(indent, step);
    if (isMap(value) && Object.keys(value).length > 0) return [head, ...mapLines(value, inner, step)];
    if (Array.isArray(value) && value.length > 0) return [head, ...listLines(value, inner, step)];
    return [`${head} ${scalar(value, key, indent, step)}`];
  });
}

function listLines(list: readonly unknown[], indent: number, step: number): string[] {
  const dash = `${' '.repeat(indent)}- `;
  return list.flatMap((item) => {
    const inner = indent + 2;
    if (isMap(item) && Object.keys(item).length > 0) return behindDash(mapLines(item, inner, step), dash);
    if (Array.isArray(item) && item.length > 0) return behindDash(listLines(item, inner, step), dash);
    return [`${dash}${scalar(item, '', inner, step)}`];
  });
}

const behindDash = ([first = '', ...rest]: string[], dash: string): string[] => [
  `${dash}${first.slice(dash.length)}`,
  ...rest,
];

/** OC prints a map or a list that was never set as empty; JSON says null for both, so the names must tell. */
const emptyMaps = new Set(['properties', 'server_bios_attributes', 'virtual_media', 'config', 'network']);
const emptyLists = new Set([
  'backups',
  'snapshots',
  'evacuated_before',
  'pending_reboot',
  'trusted_https_proxies',
  'interfaces',
  'applications',
]);

function scalar(value: unknown, key: string, indent: number, step: number): string {
  if (value === null || value === undefined) {
    if (emptyMaps.has(key)) return '{}';
    return emptyLists.has(key) ? '[]' : 'null';
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return stringScalar(value, nextIndent(indent, step));
  return Array.isArray(value) ? '[]' : '{}';
}

function stringScalar(value: string, indent: number): string {
  if (!value.includes('\n')) return plainOrQuoted(value);
  const printable = !/[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value);
  if (!printable || / \n/.test(value) || /^\n*$/.test(value)) return doubleQuoted(value);
  const chomp = !value.endsWith('\n') ? '-' : value.endsWith('\n\n') ? '+' : '';
  const hint = /^[ \n]/.test(value) ? String(Math.max(1, indent)) : '';
  const lines = value.replace(/\n$/, '').split('\n');
  return [`|${hint}${chomp}`, ...lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line))].join('\n');
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const otherTypes = [
  /^$|^~$|^null$|^Null$|^NULL$|^<<$|^=$/,
  /^(?:true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-fA-F_]+|[\d_]*\d[\d_]*)$/,
  /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/,
  /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/,
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]|$)/,
];

/** 8:0 was a number in YAML 1.1; go-yaml quotes it in its own way. */
const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/;

/** A time stays plain, as OC's are times and not texts; everything else that YAML would read as no text is quoted. */
function plainOrQuoted(value: string): string {
  if (moment.test(value)) return value;
  if (/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value)) return doubleQuoted(value);
  if (base60.test(value)) return `'${value}'`;
  if (otherTypes.some((type) => type.test(value))) return doubleQuoted(value);
  return canBePlain(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

const canBePlain = (value: string): boolean =>
  !/^[#,[\]{}&*!|>'"%@`]|^[-?:](?: |$)|^ | $|: |:$| #|^---|^\.\.\./.test(value);

const escapes: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '"': '\\"', '\\': '\\\\' };

const doubleQuoted = (value: string): string =>
  `"${value.replace(/["\\]|[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return (
      escapes[char] ??
      (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
    );
  })}"`;
