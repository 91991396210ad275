import { z } from 'zod';
import { route } from '../route.ts';

export const holdRoutes = {
  system_go: route({
    name: 'system_go',
    method: 'POST',
    path: '/1.0/system/:go',
    about: 'Let a daemon work again that is held after a restore; its open operations stay paused',
    access: 'can_edit',
    answer: z.object({
      was_held: z.boolean(),
      paused: z.number().int().describe('Operations that wait for a person to resume or undo them'),
    }),
    success: 200,
    faults: [],
    extension: 'restore_hold',
  }),
};
