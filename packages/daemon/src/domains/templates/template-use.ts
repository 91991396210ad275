/** With what a cluster was made: it is remembered, and stays when the template changes or goes. */
export type TemplateUse = {
  /** Id of the template. */
  template: string;
  name: string;
  revision: number;
  values: Readonly<Record<string, unknown>>;
  /** Names of the secret variables among them. */
  secret: readonly string[];
  /** The texts of the values of those that the template calls secret: shown nowhere. */
  secret_texts: readonly string[];
};

/** What is kept of it. A secret value stands sealed in `values`. */
export type StoredUse = Pick<TemplateUse, 'template' | 'name' | 'revision' | 'values'>;
