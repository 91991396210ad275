/** What a variable can be said to be. A value of such a variable is checked, and put into the tree of the document. */
export const variableTypes = [
  'string',
  'integer',
  'number',
  'boolean',
  'list',
  'map',
  'ip',
  'cidr',
  'mac',
  'size',
  'duration',
  'enum',
  'fingerprint',
  'pem',
] as const;
export type VariableType = (typeof variableTypes)[number];

/**
 * What is said of a variable. OC knows the first two; an empty default is none. Without a `type` its value is put in as
 * text, as OC does. What it is held against is text, as it is written in a file.
 */
export type TemplateVariable = {
  description: string;
  default: string;
  type?: VariableType | undefined;
  /** The only values there are. */
  enum?: readonly string[] | undefined;
  /** A regular expression for the whole of a text. */
  pattern?: string | undefined;
  /** Of a number its value, of a text or list its length. */
  min?: string | undefined;
  max?: string | undefined;
  /** Never shown, kept sealed. */
  secret?: boolean | undefined;
  /** false: without a value the place where it stands is left out. */
  required?: boolean | undefined;
  example?: string | undefined;
  /** For people and forms. */
  title?: string | undefined;
  group?: string | undefined;
};
export type TemplateVariables = Readonly<Record<string, TemplateVariable>>;

/** The two texts of a template, and what may stand in them as `@NAME@`. */
export type Template = {
  service_config_template: string;
  application_config_template: string;
  variables: TemplateVariables;
  /** What values must satisfy together. */
  rules?: readonly TemplateRule[] | undefined;
};

/** A condition in the language of filters, with variables for fields; `message` is told where values break it. */
export type TemplateRule = { rule: string; message: string };

/** Something wrong with a template or with the values for it; `variable` where one is to blame. */
export type TemplateProblem = { code: string; message: string; variable: string | null };

/** A variable with a type: its value is put into the tree. */
export type TypedVariable = TemplateVariable & { type: VariableType };
export const isTyped = (variable: TemplateVariable): variable is TypedVariable => variable.type !== undefined;

/** A value that came out otherwise than one would think. */
export type TemplateWarning = { code: string; message: string };
