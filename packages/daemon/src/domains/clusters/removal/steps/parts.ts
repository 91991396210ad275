import type { Clock } from '../../../../platform/clock.ts';
import type { Identity } from '../../../../platform/keys/identity.ts';
import type { Sealer } from '../../../../platform/keys/sealing.ts';
import type { Tx } from '../../../../schema.ts';
import type { ServerMembership } from '../../../servers/membership.ts';
import type { TokenService } from '../../../tokens/tokens.service.ts';
import type { FactoryResetPlan } from '../factory-reset.plan.ts';
import type { ResetLookParts } from '../read-reset-facts.service.ts';

/** What the steps of a factory reset work with. */
export type FactoryResetStepParts = ResetLookParts & {
  clock: Clock;
  sealer: Sealer;
  identity: Pick<Identity, 'server'>;
  servers: Pick<ServerMembership, 'findAll' | 'expectReset'>;
  tokens: Pick<TokenService, 'grant' | 'retire'>;
  /** Whether the other operation still waits for a person: somebody may have chosen another way out in the last moment. */
  standsStill(operation: string): Promise<boolean>;
  tell(tx: Tx, action: string, server: string, context: Record<string, string>): Promise<void>;
};

export const tokenOf = ({ sealer }: Pick<FactoryResetStepParts, 'sealer'>, { token }: FactoryResetPlan): string =>
  sealer.open(token);
