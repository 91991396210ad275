import { preparedRun } from '@operations-center/database';
import { checkValueOf } from '../domains/settings/identity.service.ts';
import { saveIdentityRow, saveSettings } from '../domains/settings/settings.store.ts';
import { defaultSettings } from '../domains/settings/settings.ts';
import { makeSealer, type Sealed, type Sealer, sealedPrefix } from '../platform/keys/sealing.ts';
import type { MainDatabase } from '../schema.ts';

const secret = 'api-token-that-nobody-may-see';
const identity = { client: 'c', server: 's' };

/** A secret in the settings, and one in a row of another domain, within JSON and within another secret. */
export async function fillSealed(database: MainDatabase, key: Buffer): Promise<void> {
  const sealer = makeSealer(key);
  await database.write('fill', async (tx) => {
    await saveIdentityRow(tx, { ...identity, sealing: checkValueOf(key) });
    const openfga = { ...defaultSettings.security.openfga, api_token: secret };
    await saveSettings(tx, sealer, 'security', { ...defaultSettings.security, openfga });
    const inner = sealer.seal(JSON.stringify({ key: sealer.seal(secret) }));
    const text = JSON.stringify({ inner, plain: 'sealed:v1:look-alike' });
    await preparedRun(tx, "insert into warnings values ('u', 's', 't', '', '', '', ?, 1, 1, 1, 1)", [text]);
  });
}

export const sealedTexts = async (database: MainDatabase): Promise<string[]> => {
  const [settings] = await database.rows<{ value: string }>("select value from settings where section = 'security'");
  const [warning] = await database.rows<{ messages: string }>('select messages from warnings');
  return [settings?.value ?? '', warning?.messages ?? ''];
};

export const opens = (key: Buffer, texts: readonly string[]): boolean =>
  texts.every((text) =>
    (text.match(/sealed:v1:[\w-]{30,}/g) ?? []).every((one) => {
      const found = makeSealer(key).inspect(one as Sealed)?.secret;
      return found !== undefined && (!found.includes(sealedPrefix) || opens(key, [found]));
    }),
  );

/** A text with all that is sealed in it opened, in whichever way it was sealed. */
export const openAnything = (sealer: Sealer, text: string): string =>
  text.replace(/sealed:v1:[\w-]+/g, (one) => {
    const secret = sealer.inspect(one as Sealed)?.secret;
    return secret === undefined ? one : JSON.stringify(secret).slice(1, -1);
  });
