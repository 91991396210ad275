/** `@NAME@`, as OC sees it: from left to right, never overlapping, so that `@A@B@` holds A alone. */
const token = /@([A-Za-z0-9_]+)@/g;
const wholeToken = /^@([A-Za-z0-9_]+)@$/;

/** Every name that stands in a text as `@NAME@`, once each, in the order of their first places. */
export const namesIn = (text: string): string[] => [...new Set([...text.matchAll(token)].map(([, name = '']) => name))];

/** Puts something in the place of each `@NAME@`, in one pass: what is put in is not looked at again. */
export const replaceTokens = (text: string, replacement: (name: string, whole: string) => string): string =>
  text.replace(token, (whole, name: string) => replacement(name, whole));

/** The name if the whole text is one token. */
export const nameOfWhole = (text: string): string | undefined => wholeToken.exec(text)?.[1];

/** Can a variable be called so? */
export const isVariableName = (name: string): boolean => nameOfWhole(`@${name}@`) !== undefined;
