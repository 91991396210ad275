export type OsOptions = {
  operationsCenter?: string | undefined;
  certificate?: string | undefined;
  token?: string | undefined;
};

export function runOs(_options: OsOptions): Promise<void> {
  return Promise.reject(new Error('not here yet'));
}
