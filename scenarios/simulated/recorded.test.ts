import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainedAnswers } from '../recorded/explained-answers.ts';
import { judge, textOf } from '../recorded/explanations.ts';
import { type Situation, startSituation } from '../recorded/situation.ts';
import { tellStory } from '../recorded/tell-story.ts';

let situation: Situation;
beforeAll(async () => {
  situation = await startSituation();
});
afterAll(() => situation?.stop());

test('every recorded exchange whose route is built is answered as OC 0.8.1 answered it', async () => {
  const { replay } = situation;
  await tellStory(situation);
  const file = process.env['SHOW_DIFFERENCES'];
  if (file !== undefined) writeFileSync(file, replay.differences.map(textOf).join('\n'));
  expect(replay.unsent()).toEqual([]);
  expect(judge(replay.differences, explainedAnswers)).toEqual({ unexplained: [], idle: [] });
});
