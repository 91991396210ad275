import { gunzipSync } from 'node:zlib';
import { AFTER_ANSWER_MS } from './applications.ts';
import { bodyOf, type Route, urlOf } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { isObject } from './go-json.ts';
import { hardwareOf } from './hardware.ts';
import type { OsCall } from './incus-os.ts';
import { systemBackup } from './system-backup.ts';

const LISTED = ['kernel', 'logging', 'network', 'provider', 'resources', 'security', 'storage', 'update'];

/** Seeds first, then the hard reset a second after the answer; nothing is told to the provider. */
function factoryReset(call: OsCall) {
  const body = bodyOf(call, 400, 'allowed');
  const seeds = isObject(body['seeds']) ? body['seeds'] : {};
  for (const [section, content] of Object.entries(seeds)) {
    if (content === null) throw new Refusal(500, `seed data for '${section}' is not defined`);
    if (!isObject(content)) {
      throw new Refusal(500, `json: cannot unmarshal ${typeof content} into Go value of type map[string]interface {}`);
    }
  }
  if (body['wipe_existing_seeds'] === true) call.os.state.seeds.clear();
  for (const [section, content] of Object.entries(seeds))
    if (isObject(content)) call.os.state.seeds.set(section, content);
  call.os.clock.afterMs(AFTER_ANSWER_MS, () => call.os.power.factoryReset());
  return success();
}

function restore(call: OsCall) {
  try {
    gunzipSync(call.body);
  } catch (error) {
    throw new Refusal(500, `unable to process state from backup: ${error instanceof Error ? error.message : ''}`);
  }
  call.os.clock.afterMs(AFTER_ANSWER_MS, () => call.os.power.reboot());
  return success();
}

export const SYSTEM_ROUTES: readonly Route[] = [
  { path: '/1.0/system', GET: (call) => success(LISTED.map((name) => urlOf(call, `/system/${name}`))) },
  { path: '/1.0/system/resources', GET: (call) => success(hardwareOf(call.os)) },
  {
    path: '/1.0/system/:reboot',
    POST: (call) => {
      call.os.power.reboot();
      return success();
    },
  },
  {
    path: '/1.0/system/:poweroff',
    POST: (call) => {
      call.os.power.powerOff();
      return success();
    },
  },
  {
    path: '/1.0/system/:suspend',
    POST: (call) => {
      call.os.power.suspend();
      return success();
    },
  },
  { path: '/1.0/system/:factory-reset', POST: factoryReset },
  {
    path: '/1.0/system/:backup',
    POST: async (call) => ({
      status: 200,
      headers: { 'content-type': 'application/gzip' },
      body: await systemBackup(call.os.state),
    }),
  },
  { path: '/1.0/system/:restore', POST: restore },
];
