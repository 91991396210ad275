export type { Database, Migration, Tx } from './database.ts';
