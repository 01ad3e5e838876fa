import { describe, expect, it } from 'vitest';
import { fleet, hostCheck, routine } from '../../../lib/runbook/builders.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import { fixture, sampleRunbook } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

/** Spelled so that nobody takes it for a placeholder of this file. */
const account = ['$', '{AWS::AccountId}'].join('');

/** What CloudFormation, the CDK, SSM, JSON, HTML or markdown would make more of than text. */
const text = `${account} {{ nonce }} {"Ref":"Table"} "],"x":[" </script><b> [a](http://b) %{x} \\n \\u0022`;

const setting = `${account} {"Ref":"Table"} { { nonce }}`;

const check = hostCheck('disk', {
  title: `Disk ${text}`,
  covers: [],
  script: fixture('fine.sh'),
  settings: { diskPath: setting },
  thresholds: [{ metric: `disk used ${account} "%"`, warning: '80' }],
  look: `df ${text}`,
});
const sample = sampleRunbook();
const hostile = synthesized({
  name: `Sample ${account} {{ x }} "],`,
  contacts: {
    ...sample.contacts,
    operator: { name: `Olivia ${text}`, email: 'olivia@example.com', phone: '+12025550100' },
  },
  fleets: { app: fleet({ title: `Hosts ${text}`, tags: { Role: 'app' } }) },
  routines: [
    routine('morning', {
      title: `Morning ${text}`,
      covers: [],
      fleet: 'app',
      schedule: everyDay.at('08:00'),
      checks: [check],
    }),
  ],
  reports: [],
  maintenance: [],
});

describe('text of a runbook', () => {
  it('makes no intrinsic of CloudFormation, which alone could make something else of it', () => {
    const replaced = ({ template }: typeof hostile) => JSON.stringify(template.toJSON()).match(/"Fn::Sub":"[^"]*"/g);
    // Those of the CDK itself, in the name of its bucket.
    expect(new Set(replaced(hostile))).toEqual(new Set(replaced(synthesized())));
  });

  it('stands in the dashboard as it was written, of which it can end no part', () => {
    const { DashboardBody: body } = hostile.resource('AWS::CloudWatch::Dashboard', 'Dashboard').properties;
    const { widgets } = JSON.parse(body) as {
      readonly widgets: readonly { readonly properties: { readonly title?: string } }[];
    };
    const titles = widgets.flatMap(({ properties: { title } }) => title ?? []);
    expect(titles).toContain(`Sample ${account} {{ x }} "],`);
    expect(titles.some((title) => title.includes(`Disk ${text}`))).toBe(true);
  });

  it('is in a document text alone: in its description, and behind quotes where the host reads it', () => {
    const { Content: content } = hostile.resource('AWS::SSM::Document', 'Documentsmorning').properties;
    expect(content.description).toBe(`Rounds: Morning ${text}`);
    const steps: readonly { readonly inputs: { readonly runCommand: readonly string[] } }[] = content.mainSteps;
    const lines = steps.flatMap(({ inputs }) => inputs.runCommand);
    // SSM splices these, and nothing that the runbook says.
    const spliced = new Set(lines.join('\n').match(/\{\{.*?\}\}/g));
    expect([...spliced].sort()).toEqual(['{{ checks }}', '{{ nonce }}']);
    expect(lines.join('\n')).toContain(`ROUNDS_DISK_PATH='${setting}'`);
  });

  it.each([account, '{{ nonce }}', 'app*', 'a"b', 'aws:x\n'])('is refused as the value of a tag: %j', (value) => {
    const fleets = { app: fleet({ title: 'Hosts', tags: { Role: value } }) };
    expect(() => synthesized({ fleets })).toThrow(/fleets\.app\.tags\.Role\[0\]: got .* expected a tag value/s);
  });

  it.each([account, 'Disk', 'disk#1', '__proto__', 'a/b', "a'b"])('is refused as an id: %j', (id) => {
    const checks = [{ ...check, id }];
    const morning = routine('morning', {
      title: 'M',
      covers: [],
      fleet: 'app',
      schedule: everyDay.at('08:00'),
      checks,
    });
    expect(() => synthesized({ routines: [morning] })).toThrow(/expected a kebab-case id/);
  });
});
