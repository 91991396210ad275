/** What OC knows of a variable. An empty default is none: a value must be given. */
export type TemplateVariable = { description: string; default: string };
export type TemplateVariables = Readonly<Record<string, TemplateVariable>>;

/** The two texts of a template, and what may stand in them as `@NAME@`. */
export type Template = {
  service_config_template: string;
  application_config_template: string;
  variables: TemplateVariables;
};

/** Something wrong with a template or with the values for it; `variable` where one is to blame. */
export type TemplateProblem = { code: string; message: string; variable: string | null };
