import { checkOverrides, isKnownKey, readCertificate, validityOf } from '@operations-center/documents';
import type { Check, Outcome } from '../check.ts';
import type { Facts } from '../facts.ts';
import { block, ok, skip, warn } from '../judge.rules.ts';
import { plannedNetworkChecks } from '../of-networks/planned-network-checks.rules.ts';
import { completePreseed } from './complete-preseed.rules.ts';
import { itemNamesChecks } from './item-names-checks.rules.ts';
import { referenceChecks } from './reference-checks.rules.ts';
import { describeUnknown, problemsOutcome } from './references.rules.ts';

/** Does the application configuration fit together, and fit the servers? */
export const applicationChecks: readonly Check[] = [
  ...itemNamesChecks,
  ...referenceChecks,
  ...plannedNetworkChecks,
  {
    name: 'certificates-valid',
    group: 'application',
    title: 'Certificates of the application configuration are valid',
    about: 'Incus takes no certificate that is expired or not valid yet.',
    reads: ['certificates[].certificate'],
    ignorable: true,
    remedy: 'give a certificate that is valid: openssl x509 -in FILE -noout -dates',
    run: ({ request, now }) => {
      const outcomes = request.preseed.certificates.flatMap(({ name, certificate }): Outcome[] => {
        const read = readCertificate(certificate);
        if (read === undefined) return [];
        const { state, day } = validityOf(read, now);
        if (state === 'expired') return [block([], { seen: `${name} expired ${day}`, cause: 'Incus refuses it' })];
        if (state === 'early')
          return [block([], { seen: `${name} is valid from ${day} on`, cause: 'Incus refuses it until then' })];
        return state === 'soon'
          ? [warn([], { seen: `${name} expires ${day}`, cause: 'its owner is locked out then' })]
          : [];
      });
      return outcomes.length > 0 ? outcomes : [ok(`${request.preseed.certificates.length} given`)];
    },
  },
  {
    name: 'override-keys',
    group: 'application',
    title: 'What single servers get otherwise is of single servers',
    about: 'Incus takes a key that is one for all from no member, and refuses the item with it.',
    reads: ['server_overrides', 'GET /1.0/metadata/configuration: configs, scope'],
    ignorable: false,
    remedy: 'set such keys in the application configuration, for all members',
    run: (facts) => {
      const { request, keys, servers } = facts;
      const overrides = request.overrides ?? {};
      if (Object.keys(overrides).length === 0) return [ok('none given')];
      if (!keys.ok) return [skip(firstName(servers), keys.why)];
      const checked = checkOverrides(overrides, completePreseed(facts), keys.value.local_scope);
      return problemsOutcome(
        checked.ok ? [] : checked.problems.map(({ path, message }) => `${path}: ${message}`),
        'the creation would be refused',
      );
    },
  },
  {
    name: 'config-keys',
    group: 'application',
    title: 'Incus knows the configuration keys',
    about: 'Incus refuses a key it does not know, and with it all others of the same call.',
    reads: ['config of the application configuration', 'GET /1.0/metadata/configuration: configs.server'],
    ignorable: true,
    remedy: 'mend the application configuration',
    run: ({ request, keys, servers }) => {
      if (!keys.ok) return [skip(firstName(servers), keys.why)];
      const unknown = Object.keys(request.preseed.config).filter((key) => !isKnownKey(key, keys.value.server));
      return problemsOutcome(
        unknown.map((key) => describeUnknown(`config ${key}`, key, keys.value.server)),
        'the first server’s Incus does not know it',
      );
    },
  },
];

/** Whose Incus is asked for its keys. */
const firstName = (servers: Facts['servers']): string[] => servers.slice(0, 1).map(({ name }) => name);
