import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld } from '../lib/world.ts';
import { askPlainly, bodyFor, guarded, notFound } from '../recorded/client-habits.ts';
import type { Difference } from '../recorded/compare.ts';
import { comparisonText } from '../recorded/comparison-text.ts';
import { compareEndState } from '../recorded/end-state.ts';
import { explainedAnswers } from '../recorded/explained-answers.ts';
import { explainedState } from '../recorded/explained-state.ts';
import { judge, textOf } from '../recorded/explanations.ts';
import { type Situation, startSituation } from '../recorded/situation.ts';
import { tellStory } from '../recorded/tell-story.ts';

/** For whoever explains a new difference: all of them, to the file that SHOW_DIFFERENCES names. */
function show(differences: readonly Difference[]): void {
  const file = process.env['SHOW_DIFFERENCES'];
  if (file !== undefined) appendFileSync(file, `${differences.map(textOf).join('\n')}\n`);
}

let situation: Situation;
beforeAll(async () => {
  situation = await startSituation();
});
afterAll(() => situation?.stop());

test('every recorded exchange whose route is built is answered as OC 0.8.1 answered it', async () => {
  const { replay } = situation;
  await tellStory(situation);
  show(replay.differences);
  expect([replay.unrecorded(), replay.unsent()]).toEqual([[], []]);
  expect(judge(replay.differences, explainedAnswers)).toEqual({ unexplained: [], idle: [] });
});

// The tests below look at the situation that the story has left.
test('what is not there is 404, with a text that ends as OC’s clients expect it', async () => {
  for (const [method, path, error] of notFound) {
    const reply = await askPlainly(situation, method, path, bodyFor(method, path));
    const said = JSON.parse(reply.text) as { error: string };
    expect([method, path, reply.status]).toEqual([method, path, 404]);
    expect(said).toMatchObject({ type: 'error', status: '', status_code: 0, error_code: 404, metadata: null });
    expect(said.error, `${method} ${path}`).toMatch(error);
  }
});

test('a change of another version is 412 and tells both versions', async () => {
  for (const [method, pathOf] of guarded) {
    const path = pathOf(situation);
    const shown = await askPlainly(situation, 'GET', path);
    const current = (shown.headers['etag'] ?? '').replaceAll('"', '');
    expect([path, shown.headers['etag']]).toEqual([path, `"${current}"`]);
    const reply = await askPlainly(situation, method, path, bodyFor(method, path), { 'if-match': '"abc"' });
    expect([path, reply.status, (JSON.parse(reply.text) as { error: string }).error]).toEqual([
      path,
      412,
      `Precondition Failed: ETag doesn't match: ${current} vs abc`,
    ]);
    expect((await askPlainly(situation, 'GET', path)).text).toBe(shown.text);
  }
});

test('a question mark without a question, 01 for 1, HEAD, and unclean paths are taken as OC takes them', async () => {
  const list = '/1.0/provisioning/tokens';
  const names = await askPlainly(situation, 'GET', list);
  const whole = await askPlainly(situation, 'GET', `${list}?recursion=1`);
  expect(names.text).not.toBe(whole.text);
  for (const query of ['?', '?recursion=', '?recursion=0', '?recursion=true', '?recursion=2', '?recursion=1x'])
    expect([query, (await askPlainly(situation, 'GET', `${list}${query}`)).text]).toEqual([query, names.text]);
  expect((await askPlainly(situation, 'GET', `${list}?recursion=01`)).text).toBe(whole.text);

  const cluster = '/1.0/provisioning/clusters/cluster01';
  const shown = await askPlainly(situation, 'GET', cluster);
  const head = await askPlainly(situation, 'HEAD', cluster);
  expect([head.status, head.text, head.headers['etag'], head.headers['content-type']]).toEqual([
    200,
    '',
    shown.headers['etag'],
    'application/json',
  ]);
  for (const [unclean, clean] of [
    ['//1.0', '/1.0'],
    ['/1.0/x/../provisioning/tokens?recursion=1', `${list}?recursion=1`],
  ] as const) {
    const reply = await askPlainly(situation, 'GET', unclean);
    expect([unclean, reply.status, reply.headers['location']]).toEqual([unclean, 307, clean]);
  }
});

test('a cluster from the inputs of a recorded one ends as OC 0.8.1 left it on real Incus', async () => {
  const world = await startWorld({ servers: 3 });
  try {
    const state = await compareEndState({ ...world, servers: world.fleet.servers });
    show(state.differences);
    expect(judge(state.differences, explainedState)).toEqual({ unexplained: [], idle: [] });
    await expect(comparisonText(state, explainedState)).toMatchFileSnapshot('../recorded/comparison.simulated.txt');
  } finally {
    await world.stop();
  }
});
