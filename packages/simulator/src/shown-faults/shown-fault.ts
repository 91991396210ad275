/** A fault that changes what one answer shows, and nothing behind it. */
export type ShownFault = {
  about: string;
  /** The path that is asked. */
  path: string;
  /** Gives the metadata to be shown. */
  change(metadata: unknown, argument: string): unknown;
};

type Edit = (metadata: unknown, argument: string) => unknown;

export const shown = (path: string, about: string, ...edits: readonly Edit[]): ShownFault => ({
  about,
  path,
  change: (metadata, argument) => edits.reduce((value, edit) => edit(value, argument), metadata),
});

/** A function makes the value of the fault's argument. */
const valueOf = (value: unknown, argument: string): unknown => (typeof value === 'function' ? value(argument) : value);

/** Puts a value at `state.interfaces.*.mtu`; a star is every member of a map or list. */
export const put =
  (path: string, value: unknown): Edit =>
  (metadata, argument) =>
    at(metadata, path.split('.'), () => valueOf(value, argument));

/** Adds to the list at a path. */
export const add =
  (path: string, value: unknown): Edit =>
  (metadata, argument) =>
    at(metadata, path.split('.'), (list) => [...(Array.isArray(list) ? list : []), valueOf(value, argument)]);

/** Keeps those of the list at a path that do not match. */
export const drop =
  (path: string, matches: (item: unknown, argument: string) => boolean): Edit =>
  (metadata, argument) =>
    at(metadata, path.split('.'), (list) =>
      Array.isArray(list) ? list.filter((item) => !matches(item, argument)) : list,
    );

function at(value: unknown, path: readonly string[], change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined || key === '') return change(value);
  if (key === '*' && Array.isArray(value)) return value.map((item) => at(item, rest, change));
  const map = toMap(value);
  if (key !== '*') return { ...map, [key]: at(map[key], rest, change) };
  return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, at(item, rest, change)]));
}

const toMap = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
