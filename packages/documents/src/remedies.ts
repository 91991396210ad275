/** What to do about a problem where its place knows nothing better. */
const remedies: Readonly<Record<string, string>> = {
  syntax_error: 'Correct the YAML here, or in the line above: indentation, colons, quotes.',
  duplicate_key: 'Remove one of them.',
  multiple_documents: 'Keep one document in a file: remove "---" and what does not belong.',
  unknown_alias: 'Define the anchor (&name) above it, or write the value out.',
  too_many_aliases: 'Write out what the aliases stand for.',
  document_too_deep: 'Nest it less; no configuration is as deep.',
  document_too_large: 'Is it the right file? A configuration is far smaller.',
  more_problems: 'Correct those that are shown, then try again.',
  wrong_type: 'Write keys and values: "key: value", one a line.',
  value_not_text: 'Let the variable stand alone as the value, or give it the type string.',
  number_not_exact: 'Put it in quotes.',
  field_twice: 'Remove one of them.',
  unknown_field: 'Correct its name, or remove it.',
  unknown_key: 'Correct its name, or remove it.',
  mesh_network_replaced: 'Remove it from the file.',
};

/** Undefined: whoever reports such a problem says itself what to do. */
export const remedyOf = (code: string): string | undefined => remedies[code];
