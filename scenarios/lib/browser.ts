import { type Browser, chromium, type Page } from 'playwright-core';
import type { Daemon } from './daemon.ts';

/** A signed-in page, and what it complained about: a test ends with `expectQuiet`. */
export type Look = {
  page: Page;
  /** Opens a page of the UI by its path below `/ui`. */
  open(path: string): Promise<void>;
  /** Throws if the page had an error, broke its policy, or asked anybody but the daemon. */
  expectQuiet(): void;
  close(): Promise<void>;
};

export type LookOptions = { width?: number; height?: number; dark?: boolean; signedIn?: boolean };

const program = '/usr/bin/chromium';
/** Without a sandbox of its own, as root has it, and nobody called but the daemon. */
const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--force-color-profile=srgb'],
];

/** One browser for all tests of a file. */
export const startBrowser = (): Promise<Browser> => chromium.launch({ executablePath: program, args: flags });

/** The address that signs one browser in, once. */
export async function signInAddress(daemon: Daemon): Promise<string> {
  const made = await daemon.client('sign_in_link');
  if (made.kind !== 'ok') throw new Error(`no link: ${JSON.stringify(made)}`);
  return `${daemon.url}${made.metadata.path}`;
}

/** A lost connection is told by the browser itself, and by the page: it is no error of the page. */
const expected = /ERR_CONNECTION|ERR_NETWORK|WebSocket connection|Failed to load resource/;

export async function openLook(browser: Browser, daemon: Daemon, options: LookOptions = {}): Promise<Look> {
  const { width = 1440, height = 900, dark = false, signedIn = true } = options;
  const context = await browser.newContext({
    // Our daemon's certificate is its own; the command line pins it.
    ignoreHTTPSErrors: true,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(daemon.url) && !/^(?:data|blob):/.test(url)) complaints.push(`it asked for ${url}`);
  });
  if (signedIn) await page.goto(await signInAddress(daemon));
  return {
    page,
    open: async (path) => void (await page.goto(`${daemon.url}/ui${path}`)),
    expectQuiet() {
      if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
    },
    close: () => context.close(),
  };
}
