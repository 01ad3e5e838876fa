import type { Status } from '../../../functions/core/status.ts';
import type { RecordedCommand, RecordedResult } from '../../../lib/replay/recorded-line.ts';
import type { Recording } from '../../../lib/replay/recording.ts';
import type { Notification } from '../../../lib/replay/virtual-platform.ts';

/**
 * A recording of November 2026 in Berlin, of which the 23rd is a Monday. Lines are `20 17:00 disk a=WARNING b=OK`, with
 * metrics `a=OK/disk_used:97`, and `20 17:05 ann ack disk`, `20 17:05 ann silence * until 21 09:00`.
 */
export function recorded(...course: readonly string[]): Recording {
  const results: RecordedResult[] = [];
  const commands: RecordedCommand[] = [];
  for (const line of course) {
    const [, moment = '', rest = ''] = /^(\d\d \d\d:\d\d(?::\d\d)?) (.*)$/.exec(line) ?? [];
    const at = msAt(moment);
    const said = /^(\w+) (ack|resolve|silence) (\S+)(?: until (.*))?$/.exec(rest);
    if (said) {
      const [, by = '', command, check = '', until] = said;
      commands.push({
        ...{ at, by, check, command: command as RecordedCommand['command'] },
        ...(until !== undefined && { until: msAt(until) }),
      });
      continue;
    }
    const [check = '', ...hosts] = rest.split(' ');
    for (const part of hosts) {
      const [, host = '', status, label, value] = /^(.+?)=(\w+)(?:\/(.+):(.+))?$/.exec(part) ?? [];
      results.push({
        ...{ at, host, check, status: status as Status },
        ...(label !== undefined && { metrics: { [label]: Number(value) } }),
      });
    }
  }
  return { results, commands };
}

function msAt(moment: string): number {
  return Date.parse(`2026-11-${moment.replace(' ', 'T')}+01:00`);
}

/** `20 17:00 problem P2 level 1 of disk to operations by email: why` */
export function lineOf({ at, kind, priority, level, check, roles, channels, reason }: Notification): string {
  const local = new Date(Date.parse(at) + 3_600_000).toISOString();
  const moment = `${local.slice(8, 10)} ${local.slice(11, 16)}`;
  return `${moment} ${kind} ${priority} level ${level} of ${check} to ${roles.join('+')} by ${channels.join('+')}: ${reason}`;
}
