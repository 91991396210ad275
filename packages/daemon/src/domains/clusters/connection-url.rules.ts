/** Why Go's url.Parse refuses a text, in its words; undefined when it takes it. OC's clients know these texts. */
export function findUrlProblem(text: string): string | undefined {
  const refuse = (reason: string): string => `parse ${goQuote(text)}: ${reason}`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return refuse('net/url: invalid control character in URL');
  const [beforeFragment = ''] = text.split('#', 1);
  if (beforeFragment.startsWith(':')) return refuse('missing protocol scheme');
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/.exec(beforeFragment) ?? [
    undefined,
    undefined,
    beforeFragment,
  ];
  // `host.name:8443` is a scheme and something opaque, which Go takes as it is.
  if (scheme !== undefined && !rest.startsWith('/')) return undefined;
  const [path = ''] = rest.split('?', 1);
  if (scheme === undefined && !path.startsWith('/') && (path.split('/', 1)[0] ?? '').includes(':')) {
    return refuse('first path segment in URL cannot contain colon');
  }
  const badEscape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(path)?.[0];
  if (badEscape !== undefined) return refuse(`invalid URL escape ${goQuote(badEscape)}`);
  const authority = /^\/\/([^/]*)/.exec(path)?.[1];
  const problem = authority === undefined ? undefined : findAuthorityProblem(authority);
  return problem === undefined ? undefined : refuse(problem);
}

function findAuthorityProblem(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.startsWith('[') && !host.includes(']')) return "missing ']' in host";
  const odd = /[ "<>\\^`{|}]/.exec(host)?.[0];
  if (odd !== undefined) return `invalid character ${goQuote(odd)} in host name`;
  const port = host.startsWith('[')
    ? host.slice(host.indexOf(']') + 1)
    : host.slice(host.lastIndexOf(':') + 1 || host.length + 1);
  const isPort = host.startsWith('[') ? /^(:\d*)?$/.test(port) : /^\d*$/.test(port);
  return isPort ? undefined : `invalid port ${goQuote(host.startsWith('[') ? port : `:${port}`)} after host`;
}

/** Why nobody could open it, although Go takes it; a strict reader refuses it. */
export function findUselessUrl(text: string): string | undefined {
  if (text === '') return 'it is empty';
  const host = URL.parse(text)?.host ?? '';
  return host === '' ? `${goQuote(text)} is no URL with a host` : undefined;
}

/** A text as Go's %q shows it, as far as names and URLs go. */
export const goQuote = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\x7f');

const duration = /^[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;

/** Would Go's time.ParseDuration take it? */
export const isGoDuration = (text: string): boolean => duration.test(text);
