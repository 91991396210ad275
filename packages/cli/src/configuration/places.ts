import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the command line finds things. */
export type Places = {
  /** `OPERATIONS_CENTER_CONF`, else the user's configuration folder. */
  configuration: string;
  /** The daemon's unix socket candidates, best first. */
  sockets: readonly string[];
  /** Where the socket's path came from, for messages. */
  socketSource: string;
};

export function findPlaces(env: Environment): Places {
  const home = env['HOME'] ?? homedir();
  const conf = env['OPERATIONS_CENTER_CONF'];
  return {
    configuration:
      conf === undefined || conf === ''
        ? join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'operations-center')
        : expandVariables(conf, env),
    ...findSockets(env, home),
  };
}

/** The same rules as the daemon's (`operations-centerd`); without a hint both its places are tried. */
function findSockets(env: Environment, home: string): Pick<Places, 'sockets' | 'socketSource'> {
  const socket = env['OPERATIONS_CENTER_SOCKET'];
  if (socket) return { sockets: [socket], socketSource: 'OPERATIONS_CENTER_SOCKET' };
  const whole = env['OPERATIONS_CENTER_DIR'];
  if (whole) return { sockets: [join(whole, 'unix.socket')], socketSource: 'OPERATIONS_CENTER_DIR' };
  const system = '/run/operations-center/unix.socket';
  const runtime =
    env['XDG_RUNTIME_DIR'] ?? join(env['XDG_STATE_HOME'] ?? join(home, '.local/state'), 'operations-center');
  const own = join(runtime, 'operations-center', 'unix.socket');
  const isRoot = process.getuid?.() === 0;
  return { sockets: isRoot ? [system, own] : [own, system], socketSource: 'the default place' };
}

/** `$HOME/x` and `${HOME}/x`, as OC expands them. */
const expandVariables = (path: string, env: Environment): string =>
  path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    return env[braced ?? bare ?? ''] ?? '';
  });
