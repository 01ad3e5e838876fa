import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../functions/core/messages.ts';
import { examplePlan } from './example-plan.ts';
import { diskProblem, letterOf } from './letters.ts';

/** An hour after the disk problem. */
const now = '2026-11-23T08:00:00.000Z';

const subject = '[P2] Demo Shop: Disk usage CRITICAL on 7 of 212 hosts for 1 h (DAILY-20261123-001)';

function chatAbout(...letters: readonly ReturnType<typeof letterOf>[]) {
  return JSON.parse(messageOf(examplePlan, 'ann', letters, now).https);
}

describe('a message for chat and paging tools', () => {
  it('is a custom notification as Amazon Q Developer documents it', () => {
    const { worst, openedAt, at } = diskProblem;
    expect(chatAbout(letterOf())).toEqual({
      version: '1.0',
      source: 'custom',
      id: 'DAILY-20261123-001/1',
      content: {
        textType: 'client-markdown',
        title: subject,
        description: [
          'Disk usage CRITICAL on 7 of 212 hosts since 08:00 GMT+1',
          'P2: the shop is impaired',
          '```',
          ...worst.map(({ name, status, text }) => `${name} ${status}: ${text}`),
          '```',
        ].join('\n'),
        nextSteps: [
          'To look further: `aws ssm start-session --target i-0a1` `df -h`',
          'To acknowledge, or System administrator is told in 4 hours: `rounds ack DAILY-20261123-001 --stack Rounds-demo`',
          'The procedure: https://example.com/procedure',
        ],
        keywords: ['P2', 'Demo Shop', 'DAILY-20261123-001'],
      },
      metadata: {
        threadId: 'DAILY-20261123-001',
        summary: subject,
        eventType: 'problem',
        relatedResources: worst.map(({ host }) => host),
        additionalContext: {
          ...{ incident: 'DAILY-20261123-001', sequence: '1', kind: 'problem', priority: 'P2', level: '1' },
          ...{ check: 'disk', title: 'Disk usage', openedAt, at, troubled: '7', population: '212' },
          ...{ platform: 'Demo Shop', procedure: 'https://example.com/procedure', contact: 'ann', role: 'operations' },
          notices: expect.any(String),
        },
      },
    });
  });

  it('names each entry of the records that it tells of, for machines', () => {
    const before = letterOf();
    const after = letterOf({ kind: 'escalation', sequence: 2, level: 2 });
    const named = JSON.parse(chatAbout(before, after).metadata.additionalContext.notices);
    const { incident, priority, check, openedAt, at, round } = diskProblem;
    const both = { incident, priority, check, openedAt, at, round };
    expect(named).toEqual([
      { ...both, kind: 'problem', sequence: 1 },
      { ...both, kind: 'escalation', sequence: 2 },
    ]);
  });

  it('names every other incident that it is about, the most urgent first', () => {
    const load = { check: 'load', title: 'Load', headline: 'Load CRITICAL', priority: 'P1' } as const;
    const { content, metadata } = chatAbout(letterOf(), letterOf({ ...load, incident: 'DAILY-20261123-002' }));
    expect(metadata.threadId).toBe('DAILY-20261123-002');
    expect(metadata.additionalContext.others).toBe('DAILY-20261123-001');
    expect(content.description).toContain('\nDAILY-20261123-001: Disk usage CRITICAL on 7 of 212 hosts since');
  });

  it('shows nothing that a host has said when it is over, and asks for nothing but to read', () => {
    const { content, metadata } = chatAbout(letterOf({ kind: 'recovery', troubled: 0, headline: 'Disk usage is OK' }));
    expect(metadata.eventType).toBe('recovery');
    expect(content.description).not.toContain('```');
    expect(content.nextSteps).toEqual(['The procedure: https://example.com/procedure']);
  });

  it.each([
    ['a mention', '<!channel> look', '&lt;!channel&gt; look'],
    ['a link of Slack', '<https://evil.example|log in>', '&lt;https://evil.example|log in&gt;'],
    ['the end of a code block', '```\n# heading', "'''\n# heading"],
  ])('shows %s in the output of a host as text', (_what, text, shown) => {
    const worst = diskProblem.worst.slice(0, 1).map((host) => ({ ...host, text }));
    const { description } = chatAbout(letterOf({ worst })).content;
    expect(description).toContain(`: ${shown}\n\`\`\``);
    expect(description.match(/```/g)).toHaveLength(2);
  });

  it('shows a link of Teams in a headline as text', () => {
    const headline = 'Disk [log in](https://evil.example) CRITICAL';
    expect(chatAbout(letterOf({ headline })).content.description).toContain('Disk [log in] (https://evil.example)');
  });
});
