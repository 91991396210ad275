import { type DialectName, textType } from '@operations-center/database';
import { type Kysely, sql } from 'kysely';

export type SessionTables = {
  sign_in_links: {
    /** SHA-256 of the key in the link: who reads the database cannot sign in with it. */
    key_hash: string;
    expires_at: number;
    made_by: string;
  };
  sessions: {
    id: string;
    /** SHA-256 of the cookie. */
    key_hash: string;
    created_at: number;
    seen_at: number;
    expires_at: number;
    made_by: string;
    address: string;
    agent: string;
  };
};

export async function createSessionTables(db: Kysely<SessionTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await sql`create table sign_in_links (
    key_hash ${text} primary key, expires_at bigint not null, made_by ${text} not null
  )`.execute(db);
  await sql`create table sessions (
    id ${text} primary key, key_hash ${text} not null unique, created_at bigint not null, seen_at bigint not null,
    expires_at bigint not null, made_by ${text} not null, address ${text} not null, agent ${text} not null
  )`.execute(db);
}
