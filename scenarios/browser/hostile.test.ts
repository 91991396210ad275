import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLook, startBrowser } from '../lib/browser.ts';
import { startWorld, type World } from '../lib/world.ts';

/** What people, scripts and bad neighbours write where text is asked for. */
const markup = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>';
const turned = '\u202Eevil\u202C \u2066x';
const long = `${'long '.repeat(2_000)}end`;
const lines = 'first\nsecond\r\nthird';
const description = `${markup} ${turned} ${lines} ${long}`.slice(0, 10_000);
const name = `odd\u202E'&amp; ${'x'.repeat(60)}`;

let browser: Browser;
let world: World;

beforeAll(async () => {
  world = await startWorld({ servers: 1, simulator: ['--key', 'p256'] });
  const { client } = world.daemon;
  const put = {
    public_connection_url: '',
    channel: 'stable',
    description,
    properties: { [markup]: long.slice(0, 900) },
  };
  const results = [
    await client('server_create', { body: { ...put, name: 'pre', connection_url: 'https://127.0.0.9:8443' } }),
    await client('server_update', { params: { name: 'server1' }, body: put }),
    await client('tokens_create', { body: { uses_remaining: 1, expire_at: '2099-01-01T00:00:00Z', description } }),
    await client('cluster_templates_create', {
      body: {
        ...{ name, description, application_config_template: `config:\n  user.a: '${markup.replaceAll("'", '')}'\n` },
        ...{ service_config_template: '', variables: {} },
      },
    }),
  ];
  for (const result of results) if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

test.each([1440, 360])(
  'what is hostile is shown as text, runs nothing, and leaves the layout as it is, %i wide',
  async (width) => {
    const look = await openLook(browser, world.daemon, { width, height: 800 });
    const paths = ['/', '/servers', '/servers/server1', '/servers/pre', '/tokens', '/templates'];
    for (const path of [...paths, `/templates/${encodeURIComponent(name)}`, '/create', '/audit', '/settings']) {
      await look.open(path);
      await look.page.getByRole('heading').first().waitFor();
      await look.page.waitForLoadState('networkidle');
      expect([path, await look.page.evaluate('globalThis.ran ?? "nothing"')]).toEqual([path, 'nothing']);
      const over = await look.page.evaluate(
        'Math.max(document.documentElement.scrollWidth - innerWidth, document.querySelector("main").scrollWidth - document.querySelector("main").clientWidth)',
      );
      expect([path, over]).toEqual([path, 0]);
      expect([path, await look.page.locator('main img, main script, main b').count()]).toEqual([path, 0]);
    }
    await look.open('/servers/server1');
    await look.page.getByText('<script>globalThis.ran=1</script>').first().waitFor();
    look.expectQuiet();
    await look.close();
  },
);
