import { afterAll, beforeAll, test } from 'vitest';
import { dirPool, type Lab, startLab } from '../lib/lab.ts';
import { expectRichArtifacts } from '../lib/rich-application.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ members: 1 });
});
afterAll(() => lab?.stop());

test('the artifacts of a rich configuration on real Incus hold no secret, and say what stands', () =>
  expectRichArtifacts(lab, dirPool));
