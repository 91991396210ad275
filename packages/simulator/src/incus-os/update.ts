import { bodyOf, configFrom, type Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { parseGoDuration } from './go-duration.ts';
import { bool, decodeGo, int, isObject, type Json, list, string, struct } from './go-json.ts';

const UPDATE = struct('SystemUpdateConfig', {
  auto_reboot: bool,
  channel: string,
  check_frequency: string,
  'maintenance_windows?': list(
    struct('MaintenanceWindow', {
      'start_day_of_week?': string,
      start_hour: int,
      start_minute: int,
      'end_day_of_week?': string,
      end_hour: int,
      end_minute: int,
    }),
  ),
});

const freshUpdateConfig = (): Json => ({ auto_reboot: false, channel: 'stable', check_frequency: '6h' });

/** An update seed over the defaults; what is wrong in it keeps IncusOS from starting. */
export const seededUpdate = (seed: Json): Json => checked(decodeGo(UPDATE, { ...freshUpdateConfig(), ...seed }));

/** Refuses what IncusOS refuses. */
function checked(config: Json): Json {
  checkFrequency(String(config['check_frequency']));
  for (const window of Array.isArray(config['maintenance_windows']) ? config['maintenance_windows'] : [])
    checkWindow(window);
  return config;
}

function checkFrequency(text: string): void {
  if (text === 'never') return;
  let ms = 0;
  try {
    ms = parseGoDuration(text);
  } catch (error) {
    throw new Refusal(400, `invalid update check frequency: ${error instanceof Error ? error.message : ''}`);
  }
  if (ms <= 0) throw new Refusal(400, 'invalid update check frequency: must be a positive value');
}

function checkWindow(window: unknown): void {
  if (!isObject(window)) return;
  const days = [window['start_day_of_week'], window['end_day_of_week']].filter(Boolean).length;
  if (days === 1)
    throw new Refusal(400, 'invalid migration window: both StartDayOfWeek and EndDayOfWeek must be provided');
  const minutes = (edge: 'start' | 'end') => Number(window[`${edge}_hour`]) * 60 + Number(window[`${edge}_minute`]);
  if (days === 0 && minutes('end') < minutes('start')) {
    throw new Refusal(400, 'invalid migration window: end time is before start time');
  }
}

export const UPDATE_ROUTES: readonly Route[] = [
  {
    path: '/1.0/system/update',
    GET: (call) => {
      const { config, last_check, status, needs_reboot } = call.os.state.update;
      return success({ config, state: { last_check, status, needs_reboot } });
    },
    PUT: (call) => {
      call.os.state.update.config = checked(configFrom(call, UPDATE, 400));
      return success();
    },
  },
  {
    path: '/1.0/system/update/:check',
    POST: async (call) => {
      const { os_only } = bodyOf(call, 400, 'allowed');
      const check = call.os.provider.checkForUpdates();
      if (os_only === true) await check;
      return success();
    },
  },
];
