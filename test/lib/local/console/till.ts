import { fileURLToPath } from 'node:url';
import { fleet, hostCheck, routine, signOff } from '../../../../lib/runbook/builders.ts';
import { checkRules } from '../../../../lib/runbook/rules.ts';
import { everyDay } from '../../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../../lib/runbook/types.ts';

/** The till that hosts of the demo really run. */
const script = fileURLToPath(new URL('fixtures/till.sh', import.meta.url));

/** A platform with one check, which fails on every host, and one thing that a person has to say. */
export const till: Runbook = {
  id: 'till',
  name: 'Till',
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    wakingHours: { from: '07:00', to: '22:00' },
    holidays: [],
    holidaysThrough: '2099-12-31',
  },
  incidentFormat: 'TILL-YYYYMMDD-NNN',
  procedureUrl: 'https://example.com/procedure',
  contacts: { ann: { name: 'Ann', email: 'ann@example.com', phone: '+12025550100' } },
  roles: { operations: { title: 'Operations', contacts: ['ann'] } },
  priorities: {
    P1: {
      meaning: 'At once',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [{ tell: ['operations'], acknowledgeMinutes: 15 }],
    },
    P2: { meaning: 'Same day', channels: ['email'], delivery: 'same-day', levels: [{ tell: ['operations'] }] },
    P3: { meaning: 'Later', channels: ['email'], delivery: 'next-business-day', levels: [{ tell: ['operations'] }] },
  },
  watchers: 'operations',
  fleets: { shop: fleet({ title: 'Shops', tags: { Role: 'shop' } }) },
  routines: [
    routine('morning', {
      title: 'Opening',
      fleet: 'shop',
      schedule: everyDay.at('08:00'),
      checks: [
        hostCheck('till', {
          title: 'Till',
          script,
          look: 'till --status',
          thresholds: [{ metric: 'drawer', warning: '80', critical: '95' }],
          rules: checkRules,
        }),
        signOff('cash', { title: 'Cash counted', question: 'Is the cash what the books say?', note: 'required' }),
      ],
    }),
  ],
};
