import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { killPointFromEnvironment } from '../index.ts';

const kill = (value: string) =>
  killPointFromEnvironment({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: value });

test('a crash point needs the test switch, and the right form', () => {
  expect(killPointFromEnvironment({ OPERATIONS_CENTER_TEST_KILL: 'bootstrap:started:after' })).toBeUndefined();
  expect(killPointFromEnvironment({ OPERATIONS_CENTER_TEST: '1' })).toBeUndefined();
  expect(kill('bootstrap:started:after')).toBeTypeOf('function');
  expect(() => kill('bootstrap')).toThrow('step:event:before');
});

/** How a process ends that passes these crash points one after the other. */
function endOf(value: string, points: readonly [string, string, string][]): Promise<string> {
  const module = new URL('../kill-point.ts', import.meta.url).href;
  const script = `const { killPointFromEnvironment } = await import(${JSON.stringify(module)});
    const kill = killPointFromEnvironment();
    for (const point of ${JSON.stringify(points)}) { kill(...point); console.log(point[0]); }`;
  const environment = { ...process.env, OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: value };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: environment });
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve(`${said.trim().replaceAll('\n', ' ')} ${signal ?? code}`));
  });
}

test('a crash point kills there and nowhere else: by name, or by name and target', async () => {
  const points: [string, string, string][] = [
    ['join/a', 'started', 'before'],
    ['join/a', 'started', 'after'],
    ['join/b', 'started', 'after'],
  ];
  expect(await endOf('join:started:after', points)).toBe('join/a SIGKILL');
  expect(await endOf('join/b:started:after', points)).toBe('join/a join/a SIGKILL');
  expect(await endOf('join/c:started:after', points)).toBe('join/a join/a join/b 0');
});
