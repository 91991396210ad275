import { each, measure } from './costs.ts';
import { startFloor } from './floor.ts';
import { runLoad } from './load.ts';
import { type Row, us } from './row.ts';
import { makeIdentities, registerAll, registrationJob, startMeasured, startSilence } from './world.ts';

/** Registrations alone: the servers are silent, so that hardly any poll happens meanwhile. */
export const registration: Row = {
  name: 'registration',
  about: 'registration of 1,000 servers, 32 at once, without their polls',
  async run(bench) {
    const count = bench.quick ? 200 : 1_000;
    const [silence, measured, floor] = [await startSilence(), await startMeasured(bench), await startFloor()];
    try {
      const [warmUp, servers] = [await makeIdentities(100), await makeIdentities(count)];
      await registerAll(measured.daemon, warmUp.slice(0, 100), silence.url, 32);
      const named = registrationJob(servers, silence.url);
      const bodies = named.bodies.map((body, index) => ({
        ...body,
        name: `server${index + 1}`,
        system_uuid: body.system_uuid.replace(/^0/, '1'),
        machine_id: body.machine_id.replace(/^0/, '1'),
      }));
      const token = await measured.daemon.client('tokens_create', {
        body: { uses_remaining: count, expire_at: '2099-01-01T00:00:00Z' },
      });
      const uuid = token.kind === 'ok' ? (token.location?.split('/').at(-1) ?? '') : '';
      const job = { ...named, bodies, lanes: 32, paths: [`/1.0/provisioning/servers?token=${uuid}`] };
      const ours = await measure(measured.pid, count, () => runLoad({ ...job, url: measured.daemon.url }));
      await runLoad({ ...job, url: floor.url });
      const bare = await measure(floor.pid, count, () => runLoad({ ...job, url: floor.url }));
      return [
        {
          what: `registration, ${count.toLocaleString('en')} servers, 32 at once (own TLS connection each)`,
          ours: us(each(ours.measured)),
          oc: '3.1 ms',
          floor: us(each(bare.measured)),
          target: '≤ 2.5 ms',
          met: each(ours.measured) <= 2_500,
          measured: ours.measured,
        },
      ];
    } finally {
      await Promise.all([measured.stop(), floor.stop()]);
      silence.stop();
    }
  },
};
