import { businessDays, everyDay } from '../../../lib/runbook/schedule.ts';
import type { Contacts, Runbook } from '../../../lib/runbook/types.ts';
import { fossawork } from '../../../lib/runbooks/fossawork/runbook.ts';

/** FossaWork with two routines, few enough to read: one of business days, and one that runs through nights and holidays. */
export function twoRoutines(contacts: Contacts): Runbook {
  // Two routines leave most rows of the procedure uncovered, and reports without what they are about: both are refused.
  const { procedure: _procedure, covers: _covers, reports: _reports, routines, ...rest } = fossawork(contacts);
  const changes = {
    morning: { title: 'Morning Operations', schedule: businessDays.at('08:00') },
    health: { title: 'Health check', schedule: everyDay.everyHours(4) },
  };
  return {
    ...rest,
    routines: routines.flatMap((routine) =>
      routine.id === 'morning' || routine.id === 'health' ? [{ ...routine, ...changes[routine.id] }] : [],
    ),
  };
}
