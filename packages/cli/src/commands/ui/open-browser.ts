import { spawn } from 'node:child_process';
import { isInteractive, type Terminal } from '../../call.ts';

/** Why no browser can be opened from here; undefined: one may be. */
export function whyNoBrowser(terminal: Terminal, platform = process.platform): string | undefined {
  if (!isInteractive(terminal)) return 'this is no terminal';
  const { DISPLAY: x = '', WAYLAND_DISPLAY: wayland = '' } = terminal.env;
  if (platform === 'linux' && x === '' && wayland === '') return 'there is no display here';
  return undefined;
}

/** Hands the address to what opens addresses here. Resolves with false if there is no such program, or it fails. */
export function openBrowser(address: string, platform = process.platform): Promise<boolean> {
  const program = platform === 'darwin' ? 'open' : 'xdg-open';
  return new Promise((resolve) => {
    const child = spawn(program, [address], { stdio: 'ignore', timeout: 10_000 });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
